"""manage.py score: the numbers of the scorecards, for a region, as a table or as JSON."""

import json

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accreditation.scoring import PARTS, score_stations, serialise
from stations.models import Region, Station


class Command(BaseCommand):
    help = "Print the live scores of the stations of a region (default: all)."

    def add_arguments(self, parser):
        parser.add_argument("--region", metavar="CODE")
        parser.add_argument("--track", choices=sorted(PARTS))
        parser.add_argument("--format", choices=["table", "json"], default="table")

    def handle(self, *, region, track, **options):
        stations = Station.objects.active()
        if region:
            chosen = Region.objects.filter(code=region).first()
            if chosen is None:
                raise CommandError(f"没有代码为“{region}”的区划。")
            stations = stations.in_region(chosen)
        cards = score_stations(stations, on=timezone.localdate())
        ordered = sorted(cards.values(), key=lambda card: card.place.path)
        tracks = [track] if track else list(PARTS)
        if options["format"] == "json":
            self.stdout.write(json.dumps(_as_json(ordered, tracks), ensure_ascii=False, indent=1))
        else:
            self._table(ordered, tracks)

    def _table(self, cards, tracks):
        self.stdout.write("\t".join(["代码", "服务站", *tracks]))
        for card in cards:
            cells = [_cell(card.track(track)) for track in tracks]
            self.stdout.write("\t".join([card.place.code, card.place.name, *cells]))


def _cell(result):
    ready = " 具备申报条件" if result.is_ready else ""
    return f"{result.computed / 100:.2f}/{result.computed_max / 100:.2f}{ready}"


def _as_json(cards, tracks):
    found = []
    for card in cards:
        data = serialise(card)
        data["tracks"] = {track: data["tracks"][track] for track in tracks}
        parts = {"C", *(PARTS[track] for track in tracks)}
        data["lines"] = {code: line for code, line in data["lines"].items() if code[0] in parts}
        found.append(data)
    return found
