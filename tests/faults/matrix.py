"""The whole matrix of faults: the table that the tests run and the documents show."""

import itertools

from faults_of_the_body import ODD, UNREADABLE
from faults_of_the_server import REFUSALS, SERVER_ERRORS
from faults_of_the_wire import AWAY, BROKEN_OFF, ENDLESS, SILENT

GROUPS = {
    "No connection": AWAY,
    "Broken off": BROKEN_OFF,
    "Silent": SILENT,
    "Endless": ENDLESS,
    "Server errors": SERVER_ERRORS,
    "Refusals": REFUSALS,
    "Unreadable": UNREADABLE,
    "Odd, but right": ODD,
}
FAULTS = tuple(itertools.chain.from_iterable(GROUPS.values()))
