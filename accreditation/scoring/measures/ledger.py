"""共性6 (C6): the ledger of activities, and the film."""

from accreditation.scoring.measures.shapes import Measure, periods, present, share
from accreditation.scoring.measures.where import LEDGER

MEASURES: dict[str, Measure] = {
    # C6.1
    "ledger_months": periods(
        lambda f: f.context.months,
        lambda f, n: f[f"ledger.month_{n}"] > 0,
        "有活动记录",
        "个月",
        **LEDGER,
    ),
    # C6.2
    "ledger_complete": share(
        "ledger.complete",
        "ledger.all",
        "近12个月活动{of}次，要素完整{n}次（{pct}）",
        "次",
        empty="近12个月没有活动记录",
        section="activities",
    ),
    # C6.3
    "ledger_evidence": share(
        "ledger.evidence",
        "ledger.all",
        "近12个月活动{of}次，有佐证材料{n}次（{pct}）",
        "次",
        empty="近12个月没有活动记录",
        section="activities",
    ),
    # C6.4
    "ledger_prompt": share(
        "ledger.prompt",
        "ledger.prompt_of",
        "近12个月活动{of}次，{limit}天内记录{n}次（{pct}）",
        "次",
        empty="近12个月没有应计的活动记录",
        section="activities",
    ),
    # C6.5
    "film": present(
        "films.short",
        "方案期内不超过{limit}分钟的视频短片",
        "制作条件成熟时登记视频短片",
        section="films",
        kind="film",
    ),
}
