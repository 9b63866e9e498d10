"""The order in which the city itself lists its units: by `sort_order` at every level, not
by statistical code. Kept as one number per region, so that every list sorts by a column."""

from collections import defaultdict

from stations.models import Region

BATCH = 500


def renumber() -> int:
    """Walk the tree from the root and number the regions as they are met; writes only what
    moved and returns how many. Called after every change of the tree."""
    regions = Region.objects.only("code", "parent_id", "sort_order", "rank")
    children = defaultdict(list)
    for region in regions:
        children[region.parent_id].append(region)
    for siblings in children.values():
        siblings.sort(key=lambda region: (region.sort_order, region.code))
    moved, waiting, rank = [], list(reversed(children[None])), 0
    while waiting:
        region = waiting.pop()
        rank += 1
        if region.rank != rank:
            region.rank = rank
            moved.append(region)
        waiting.extend(reversed(children[region.pk]))
    Region.objects.bulk_update(moved, ["rank"], batch_size=BATCH)
    return len(moved)
