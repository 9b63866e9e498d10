"""The sources of facts, each with its named conditions. Their order is the number that stands
in front of a row of the statement of small sources.
"""

from accreditation.scoring.sources.answers import RECEPTIONS, SERVICES, SURVEYS, TELEPHONE
from accreditation.scoring.sources.confirmations import CONFIRMATIONS
from accreditation.scoring.sources.exhibits import CHECKED, EXHIBITS, PANEL_PEOPLE
from accreditation.scoring.sources.ledger import LEDGER
from accreditation.scoring.sources.papers import EDITIONS, FILMS, TITLES
from accreditation.scoring.sources.people import PEOPLE, WAR
from accreditation.scoring.sources.places import DUTIES, FACILITIES, REGULATIONS
from accreditation.scoring.sources.plans import ITEMS, PLANS
from accreditation.scoring.sources.resources import USES
from accreditation.scoring.sources.stories import STORIES, STORY_USES
from accreditation.scoring.sources.teams import GROUPS, TEAMS

PACKED = [
    PLANS,
    ITEMS,
    WAR,
    FACILITIES,
    REGULATIONS,
    DUTIES,
    STORIES,
    *STORY_USES,
    EXHIBITS,
    CHECKED,
    PANEL_PEOPLE,
    USES,
    EDITIONS,
    FILMS,
    TITLES,
    SURVEYS,
    TELEPHONE,
    TEAMS,
    GROUPS,
    RECEPTIONS,
    SERVICES,
    CONFIRMATIONS,
]
ALL_SOURCES = [PEOPLE, LEDGER, *PACKED]
