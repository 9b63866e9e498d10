"""Whether an archive still says what was submitted: by its checksums, and by working the
score out again from the figures in it. No record of a station is read for it."""

import datetime as dt
from typing import Any

from accreditation.models import Snapshot
from accreditation.scoring import frozen
from accreditation.workflow import evidence, snapshots


def faults_of(snapshot: Snapshot) -> list[str]:
    """A sentence for everything that does not hold; empty for an archive that is whole."""
    data = snapshot.data
    found = []
    if snapshots.digest(data) != snapshot.digest:
        found.append("存档内容与校验码不符。")
    if "evidence" in data and evidence.digests(snapshot.records) != data["evidence"]:
        found.append("存档的记录内容与校验码不符。")
    if data.get("figures"):
        found += _faults_of_score(snapshot, work_out_again(snapshot))
    return found


def work_out_again(snapshot: Snapshot) -> Any:
    """The card by the standard of then, over the figures of then."""
    on = dt.date.fromisoformat(snapshot.data["on"])
    return frozen.work_out_again(snapshot.data["figures"], rubric=snapshot.rubric, on=on)


def _faults_of_score(snapshot: Snapshot, card: Any) -> list[str]:
    data = snapshot.data
    if snapshots.totals(card, data["track"]) != data["totals"]:
        return ["按存档数据复算的得分与存档得分不一致。"]
    lines = snapshots.lines(card, data["track"])
    wrong = [code for code, line in data["lines"].items() if lines.get(code) != line]
    return [f"评价要点{'、'.join(wrong)}复算的结果与存档不一致。"] if wrong else []
