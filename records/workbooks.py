"""How tables leave the system as workbooks: text stays the text that it is."""

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# No cell of an export is ever a formula, a link or a number by how its text begins.
SAFE = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def plain(text: str) -> str:
    """XlsxWriter puts a text from <r> to </r> into the file as the XML of a rich string,
    unescaped. A blank behind it makes it text again; the import strips it off."""
    return f"{text} " if text.startswith("<r>") and text.endswith("</r>") else text
