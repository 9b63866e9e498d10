"""The verbs that carry an application from a draft to a named station, and what comes after.

Every function takes `by` (the acting user) and `at` (an aware datetime, by default now; a
past `at` replays that day) as keywords, checks role, scope, state and the separation of
people, writes in one short transaction (state by compare-and-set, Transition, audit entry,
notices) and raises `Refused` with a Chinese sentence, `StaleState` when somebody else was
faster, or `NotAllowed` for the wrong person: that one is no refusal, a page answers it with
403. The object passed in is refreshed afterwards.
The table of steps, who may take them and when, is `table.STEPS`.

Applications (drafts.py, reviews.py, verdicts.py, sheets.py, visits.py, problems.py, decisions.py)
  create_draft(station, *, programme, track, by, at=None, statement="") -> Application
  edit_statement(application, *, statement, track=None, version=None, by, at=None)
  submit(application, *, by, at=None, card=None, comment="")      draft -> town_/county_review
      card: a Scorecard already computed (one score_stations call for many stations)
  resubmit(application, *, by, at=None, card=None, comment="")    returned -> returned_from
  withdraw(application, *, comment, by, at=None)
  endorse(application, *, by, at=None, comment="")                town_review -> county_review
  pull(application, *, by, at=None, comment="")                   the same by the county, after 10 working days
  recommend(application, *, by, at=None, comment="")              county_review -> city_review
  do_not_recommend(application, *, comment, by, at=None)          county_review -> not_recommended
  return_application(application, *, level, due_on, comment, reasons=None, by, at=None)
      level "station"/"town"/"county"; reasons {requirement code: sentence}
  reject(application, *, comment, by, at=None)                    city_review, site_visit -> rejected
  lapse(application, *, at=None)                                  returned, due date passed -> lapsed
  give_verdict(application, *, requirement, result, points, comment="", internal_comment="", is_override=False, by, at=None)
  give_verdicts(application, *, verdicts, by, at=None)            many at once; Word(...) each
  confirm_all_met(application, *, by, at=None) -> int             all that the system found met
  take_over_review(application, *, comment, by, at=None)          another city user reviews on
  assign_review(application, *, reviewer, by, at=None)            what nobody reviews yet
  send_to_site_visit(application, *, by, at=None, comment="")     city_review -> site_visit
  record_site_visit(application, *, visited_on, visitors, finding, conclusion, other_visitors="", by, at=None) -> SiteVisit
  draw_sheet(application, *, by, at=None) -> VisitSheet            once per visit; three entries of the ledger
  record_line(line, *, result, finding, version=None, by, at=None)
  list_problems(sheet, lines, *, owner, due_on, by, at=None) -> int
  add_problem(application, *, problem, owner, due_on, cause="", measure="", by, at=None) -> Problem
  edit_problem(problem, *, cause, measure, owner, due_on, version, by, at=None)
  report_problem(problem, *, report, by, at=None)                 done, says the station
  send_back_problem(problem, *, reason, by, at=None)              not yet, say those above
  close_problem(problem, *, closed_on, closing_note, no_proof="", by, at=None)
      with proof attached, or a reason why there is none
  send_to_decision(application, *, by, at=None, comment="")       site_visit -> decision
  decide(application, *, conclusion, decided_on, minutes_number, comment="", by, at=None)
  decide_many(applications, *, decided_on, minutes_number, comment="", by, at=None) -> int
      one meeting, all agreed to or none
      conclusion "agree" (stays in decision until the notice) or "reject"

Batches (batches.py, objections.py, naming.py)
  create_batch(programme, *, name, submit_by=None, by, at=None) -> Batch
  assign_to_batch(batch, applications, *, by, at=None) -> int     decided ones
  publish_notice(batch, *, starts_on, contact, ends_on=None, by, at=None) -> PublicNotice
      decision -> public_notice for the whole batch; 5 working days unless ends_on is given
  add_objection(application, *, received_on, channel, text, handlers, is_named=False, objector="", by, at=None) -> Objection
  close_objection(objection, *, result, finding, investigator, reply="", replied_on=None, by, at=None)
  preview_naming(batch, *, on) -> Preview
  name_batch(batch, *, document_no, named_on, by, at=None) -> list[Accreditation]

Accreditations (after.py, back_entry.py)
  start_recheck(accreditation, *, reason, by, at=None) -> Recheck
  start_rechecks(accreditations, *, reason, by, at=None) -> list[Recheck]   many at once, with the lines of last time
  give_words(recheck, words, *, by, at=None) -> int               rechecks.Word(line, result, points, comment)
  renew(recheck, lines, *, by, at=None) -> int                    the station's material of this year
  pass_recheck(accreditation, *, finding, by, at=None)
  order_rectification(accreditation, *, finding, rectify_by, by, at=None)
  accept_rectification(accreditation, *, finding, by, at=None)
  revoke(accreditation, *, reason, document_no="", ended_on=None, by, at=None)
  end_by_merger(accreditation, *, reason, document_no="", ended_on=None, by, at=None)
  enter_accreditation(*, programme, station, track, named_on, document_no="", number="", by, at=None) -> Accreditation
  enter_accreditations(rows, *, by, at=None) -> list[Accreditation]    rows: back_entry.Row, all or nothing

Guidance and pairing (guidance.py, pairings.py)
  give_guidance(station, *, given_on, advisers, seen, text, points, by, at=None) -> Guidance
      points: guidance.Point(problem, owner, due_on), each becomes a Problem
  add_point(guidance, *, problem, owner, due_on, by, at=None) -> Problem
  edit_guidance(guidance, *, given_on, advisers, seen, text, version, by, at=None)
  pair(*, exemplar, station, since, note="", by, at=None) -> Pairing
      at once within the writer's scope, else proposed to the city
  confirm_pairing(pairing, *, by, at=None); decline_pairing(pairing, *, reason, by, at=None)
  end_pairing(pairing, *, reason, by, at=None)
  count_exchange(pairing, activity, *, by, at=None)

Doubts (doubts.py)
  explain_doubt(doubt, *, explanation, by, at=None)
  close_doubt(doubt, *, state, reason, by, at=None)               state "true" or "false_alarm"
"""

from accreditation.workflow.after import (
    accept_rectification,
    end_by_merger,
    order_rectification,
    pass_recheck,
    revoke,
    start_recheck,
)
from accreditation.workflow.assigning import assign_review
from accreditation.workflow.back_entry import enter_accreditation, enter_accreditations
from accreditation.workflow.batches import assign_to_batch, create_batch, publish_notice
from accreditation.workflow.decisions import decide
from accreditation.workflow.doubts import close_doubt, explain_doubt
from accreditation.workflow.drafts import create_draft, edit_statement, resubmit, submit, withdraw
from accreditation.workflow.errors import NotAllowed, Refused, StaleState
from accreditation.workflow.guidance import add_point, edit_guidance, give_guidance
from accreditation.workflow.meetings import decide_many
from accreditation.workflow.naming import name_batch, preview_naming
from accreditation.workflow.objections import add_objection, close_objection
from accreditation.workflow.pairings import (
    confirm_pairing,
    count_exchange,
    decline_pairing,
    end_pairing,
    pair,
)
from accreditation.workflow.problems import (
    add_problem,
    close_problem,
    edit_problem,
    report_problem,
    send_back_problem,
)
from accreditation.workflow.rechecks import give_words, renew, start_rechecks
from accreditation.workflow.reviews import (
    do_not_recommend,
    endorse,
    lapse,
    pull,
    recommend,
    reject,
    return_application,
    send_to_decision,
    send_to_site_visit,
)
from accreditation.workflow.sheets import draw_sheet, list_problems, record_line
from accreditation.workflow.verdicts import (
    Word,
    confirm_all_met,
    give_verdict,
    give_verdicts,
    take_over_review,
)
from accreditation.workflow.visits import record_site_visit

__all__ = [
    "NotAllowed",
    "Refused",
    "StaleState",
    "Word",
    "accept_rectification",
    "add_objection",
    "add_point",
    "add_problem",
    "assign_review",
    "assign_to_batch",
    "close_doubt",
    "close_objection",
    "close_problem",
    "confirm_all_met",
    "confirm_pairing",
    "count_exchange",
    "create_batch",
    "create_draft",
    "decide",
    "decide_many",
    "decline_pairing",
    "do_not_recommend",
    "draw_sheet",
    "edit_guidance",
    "edit_problem",
    "edit_statement",
    "end_by_merger",
    "end_pairing",
    "endorse",
    "enter_accreditation",
    "enter_accreditations",
    "explain_doubt",
    "give_guidance",
    "give_verdict",
    "give_verdicts",
    "give_words",
    "lapse",
    "list_problems",
    "name_batch",
    "order_rectification",
    "pair",
    "pass_recheck",
    "preview_naming",
    "publish_notice",
    "pull",
    "recommend",
    "record_line",
    "record_site_visit",
    "reject",
    "renew",
    "report_problem",
    "resubmit",
    "return_application",
    "revoke",
    "send_back_problem",
    "send_to_decision",
    "send_to_site_visit",
    "start_recheck",
    "start_rechecks",
    "submit",
    "take_over_review",
    "withdraw",
]
