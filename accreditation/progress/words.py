"""What the progress page, the command and the chart say of the same counts: the sentence
on top (the finding first, in the words of the office), and all numbers as plain data."""

from accreditation.progress import Progress


def headline(result: Progress) -> str:
    if result.level:
        return f"已认定{result.city.recognised}个"
    if not result.city.has_target:
        return "尚无已确认的目标"
    return _at_the_end(result) if result.is_over else _on_the_way(result)


def _on_the_way(result: Progress) -> str:
    remarks = result.city.remarks
    if not remarks:
        return "三个类别都符合序时"
    said = [f"{track.label}{gap.text}" for track, gap in remarks]
    with_target = sum(1 for cell in result.city.cells.values() if cell.schedule)
    if len(remarks) < with_target:
        said.append("其余符合序时")
    return "，".join(said)


def _at_the_end(result: Progress) -> str:
    end = result.programme.ends_on
    said = [f"到{end.year}年{end.month}月{end.day}日认定{result.city.recognised}个"]
    for word, sign in (("少", 1), ("多", -1)):
        found = [(track, n * sign) for track, n in result.city.differences if n * sign > 0]
        if found:
            numbers = "、".join(f"{track.short_label}{n}个" for track, n in found)
            said.append(f"比目标{word}：{numbers}")
    if len(said) == 1:
        said.append("完成目标")
    return "，".join(said)


def as_dict(result: Progress) -> dict:
    """Plain data for JSON; the page shows these same numbers."""
    return {
        "programme": result.programme.name,
        "starts_on": result.programme.starts_on.isoformat(),
        "ends_on": result.programme.ends_on.isoformat(),
        "as_of": result.on.isoformat(),
        "counted_on": result.counted_on.isoformat(),
        "is_over": result.is_over,
        "level": result.level,
        "headline": headline(result),
        "recognised": result.city.recognised,
        "valid": result.valid,
        "target": result.target,
        "after_end": result.after_end,
        "city": result.city.as_dict(),
        "units": [row.as_dict() for row in result.units],
        "levels": {
            level.value: {track: cell.as_dict() for track, cell in cells.items()}
            for level, cells in result.levels
        },
        "unassigned": result.unassigned,
        "months": result.months,
    }
