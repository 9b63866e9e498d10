"""认定 or 命名: naming, plaques and certificates need an approval."""

OFFICIAL = {
    "red": "市级“红色文化退役军人服务站”",
    "historical": "市级“历史文化底蕴退役军人服务站”",
    "rural": "市级“乡村振兴高质量发展退役军人服务站”",
}


def may_name(programme) -> bool:
    return bool(programme.approval_document.strip())


def result_word(programme) -> str:
    return "命名" if may_name(programme) else "认定"
