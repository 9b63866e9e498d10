"""From a messy workbook to rows of the roster, in steps that can each be tested alone.

    opening    bytes -> Book: sheets of raw cells, or Refused with a sentence
    marks      what only the XML of an .xlsx tells: hidden, merged, struck out, commented
    old_marks  the same of an old .xls
    headers    the header among the first rows, both levels, columns by meaning
    tables     sheet -> raw rows of people: titles, footers, repeats and blanks are left out
    places     which station a sheet belongs to
    cells, dates, people, honours, strengths, units    one cell -> a value and what to say about it
    rows       one raw row -> values and notes, looked at as a whole
    merging    rows of one person become one
    matching   rows against the stored roster: the outcome and what would change
    pipeline   all of it; reads the database, writes nothing
    batches    the rows that wait, the decisions, the one transaction, the undo

Nothing is written before somebody confirms; what is written was shown.
"""
