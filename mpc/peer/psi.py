"""Private set intersection of OpenMined, both roles in one process on one thread: `psi.py ENTRIES`. Prints JSON."""

import json
import sys
import time
from importlib.metadata import version

import private_set_intersection.python as psi

ENTRIES = int(sys.argv[1])
COMMON = ENTRIES // 2

mine = [f"person {name}" for name in range(ENTRIES)]
theirs = [f"person {name}" for name in range(ENTRIES - COMMON, 2 * ENTRIES - COMMON)]
begin = time.perf_counter()
client, server = psi.client.CreateWithNewKey(True), psi.server.CreateWithNewKey(True)
setup = server.CreateSetupMessage(0.0, ENTRIES, theirs, psi.DataStructure.RAW)
answer = server.ProcessRequest(client.CreateRequest(mine))
common = client.GetIntersection(setup, answer)
seconds = time.perf_counter() - begin
assert len(common) == COMMON, len(common)
print(json.dumps({"seconds": seconds, "version": f"openmined-psi {version('openmined-psi')}"}))
