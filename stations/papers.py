"""The frame of every paper of a station: its name, the marks, who printed it when."""

from django.utils import timezone

from records.printing import Document, marks


def sheet(station, title: str, *others: str, by=None, landscape: bool = False) -> Document:
    """`others` are further marks, as 代拟稿; without `by` the foot stays empty (a sheet for
    the wall names nobody)."""
    at = timezone.localtime().strftime("%Y-%m-%d %H:%M")
    return Document(
        title,
        unit=station.name,
        marks=marks(*others),
        note=f"{by.full_name} {at} 打印" if by else "",
        landscape=landscape,
    )


def long_day(day) -> str:
    """2022年9月15日, as on paper."""
    return f"{day.year}年{day.month}月{day.day}日" if day else ""
