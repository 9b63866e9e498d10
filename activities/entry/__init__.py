"""Ways into the ledger beside the full form: 记一笔 on a phone, 补录 from paper, the sheet
that was signed at the door."""
