"""Numbers of each county-level unit (主管单位), in the order of the units."""

from stations.models import Region


def units_of(user):
    return Region.objects.visible_to(user).county_level().order_by("sort_order", "code")


def unit_within(path, codes):
    """Which of these units a region lies in."""
    return next((code for code in path.split("/") if code in codes), None)


def per_unit(user, *counted):
    """[{"unit": region, name: number, ...}] of `counted`: rows of stations, and what to count
    of them by name, which a station adds to its unit. One statement each."""
    names = [name for _rows, numbers in counted for name in numbers]
    table = {unit.code: {"unit": unit} | dict.fromkeys(names, 0) for unit in units_of(user)}
    for rows, numbers in counted:
        found = rows.order_by().values_list("station__region__path").annotate(**numbers)
        for path, *values in found.values_list("station__region__path", *numbers):
            if code := unit_within(path, table):
                for name, value in zip(numbers, values, strict=True):
                    table[code][name] += value
    return list(table.values())
