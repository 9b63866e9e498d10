"""What a service record may not say, and how many days its answer has left."""

import datetime as dt
import re

from django.utils import timezone

# 15 days from the day it was received, as the score counts (docs/scoring.md).
ANSWER_DAYS = 15
_MONEY = re.compile(
    r"(?:\d[\d,.，]*|[一二三四五六七八九十百千万两几]+)\s*(?:余|多)?(?:元|万元|块钱)|人民币|￥|¥"
)
_ILLNESS = re.compile(
    "癌|肿瘤|白血病|尿毒症|糖尿病|高血压|冠心病|心脏病|脑梗|脑出血|中风|肝炎|肺结核|"
    "抑郁|精神分裂|精神病|艾滋|患有|确诊|诊断为|病情"
)


def improper(text: str) -> str:
    """The sentence for a text that names an amount or an illness, empty for any other."""
    if found := _MONEY.search(text or ""):
        return f"不填写金额：“{found[0]}”请删去。"
    if found := _ILLNESS.search(text or ""):
        return f"不填写病情：“{found[0]}”请删去，可以写“身体原因”。"
    return ""


def days_left(row) -> int | None:
    """Until the answer is due, below zero when that day has passed; None once answered."""
    if row.answered_on or row.closed_on:
        return None
    return (row.received_on + dt.timedelta(days=ANSWER_DAYS) - timezone.localdate()).days


def deadline(row) -> str:
    left = days_left(row)
    if left is None:
        return ""
    return f"还剩{left}天" if left >= 0 else f"已超过{-left}天"
