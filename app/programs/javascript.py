"""Configurations that are programs: runs a JavaScript file in a child and gives what it exports, as data.

The child has little time and memory, no way to the network and none to start programs; it prints what was exported and
ends. Whoever checks a tree has chosen to run its configuration, as its own tool would.
"""

import json
import shutil
from pathlib import Path
from typing import Any

from app.programs.children import Limits, run_program
from specs.document import Yaml
from specs.errors import UserError

LIMITS = Limits(wall=20.0)
MEMORY_MIB = 512
LONGEST_ERROR = 300
# What the program prints itself goes to stderr; the answer is the last line of stdout.
_RUN = """
const refuse = (what) => () => { throw new Error(what + ' is not there for configurations'); };
for (const [name, parts] of Object.entries({
  net: ['connect', 'createConnection', 'createServer'], dgram: ['createSocket'], tls: ['connect'],
  http: ['request', 'get'], https: ['request', 'get'], http2: ['connect'], dns: ['lookup', 'resolve'],
  child_process: ['spawn', 'spawnSync', 'exec', 'execSync', 'execFile', 'execFileSync', 'fork'],
})) { const module = require(name); for (const part of parts) module[part] = refuse(name + '.' + part); }
require('net').Socket.prototype.connect = refuse('the network');
require('worker_threads').Worker = refuse('a worker');
require('module').syncBuiltinESMExports();
for (const name of ['fetch', 'WebSocket', 'EventSource']) globalThis[name] = refuse(name);
for (const name of ['log', 'info', 'debug', 'dir', 'table']) console[name] = console.error;
process.stdout.write = process.stderr.write.bind(process.stderr);
const { writeSync } = require('fs');
import(require('url').pathToFileURL(process.argv[1])).then(
  async (loaded) => {
    let value = loaded.default ?? { ...loaded };
    if (value && value.__esModule && value.default) value = value.default;
    if (typeof value === 'function') value = await value();
    const text = Buffer.from('\\n' + JSON.stringify(value ?? null));
    for (let at = 0; at < text.length; ) at += writeSync(1, text, at);
    process.exit(0);
  },
  (error) => { console.error(String(error && error.message || error)); process.exit(1); },
);
"""


def exported(path: Path) -> Yaml:
    """Run a JavaScript file and give what it exports. Raises `UserError` where that cannot be done."""
    node = shutil.which("node")
    if node is None:
        raise UserError(f"{path.name} is a program, and there is no node to run it", "install Node.js, or use JSON")
    command = [node, f"--max-old-space-size={MEMORY_MIB}", "--no-warnings", "-e", _RUN, str(path)]
    env = {"PATH": str(Path(node).parent), "NODE_ENV": "production", "HOME": "/nonexistent"}
    done = run_program(command, env=env, folder=path.parent, limits=LIMITS)
    if done.timed_out:
        raise UserError(f"{path.name} ran longer than {LIMITS.wall:.0f} seconds", "let it export its rules at once")
    if not done.ok:
        said = " ".join(done.errors.decode("utf-8", "replace").split())[:LONGEST_ERROR]
        raise UserError(f"{path.name} cannot be run: {said or 'it ended early'}", "run it with node to see why")
    try:
        value: Any = json.loads(done.output.rpartition(b"\n")[2])
    except (ValueError, RecursionError) as error:
        raise UserError(f"{path.name} exports nothing that is data", "export an object of rules") from error
    return value  # type: ignore[no-any-return]  # what a program prints may be any JSON
