"""Approvals as pgbench runs them: the statements of a real approval, as the server logged them, for other requests.

    pgbench.py BINARY URL LOG PGBENCH CLIENTS TRANSACTIONS

The database must have been used by `countersign-benchmarks approve`, so that it holds the demo tenant. What differs from one
approval to the next is replaced: the request's id, the version that was read, the new version and the event's id. Documents
keep their bytes. Prints pgbench's transactions per second.
"""

import re
import subprocess
import sys

binary, url, log, pgbench, clients, transactions = sys.argv[1:]
CLIENTS, TRANSACTIONS = int(clients), int(transactions)
TABLE = '"operationApprovalRequest"'
#: Hexadecimal digits of a request's number in the ids that are made here.
DIGITS = 12
PREFIXES = {
    "request": "00000000-0000-4000-8000-",
    "version": "00000000-0000-7000-8000-",
    "change": "00000000-0000-7000-9000-",
    "event": "00000000-0000-7000-a000-",
}


def psql(sql: str) -> str:
    done = subprocess.run(
        ["psql", "--quiet", "--no-psqlrc", "-v", "ON_ERROR_STOP=1", "-At", url, "-c", sql],
        check=True, capture_output=True, text=True)
    return done.stdout


def logged() -> str:
    """What the server logs while one approval after another is committed by statements alone."""
    name = psql("SELECT current_database()").strip()
    psql(f"ALTER DATABASE {name} SET log_min_duration_statement = 0")
    with open(log) as file:
        file.seek(0, 2)
        subprocess.run([binary, "approve", url, "--operations", "1", "--clients", "1"], check=True, capture_output=True)
        psql(f"ALTER DATABASE {name} RESET log_min_duration_statement")
        return file.read()


ENTRY = re.compile(r"^\S+ \S+ \S+ \[(\d+)\] (\w+):  (.*)$", re.MULTILINE | re.DOTALL)
PARAMETER = re.compile(r"\$(\d+) = (NULL|'(?:[^']|'')*')")


def approval(text: str) -> list[tuple[str, list[str | None]]]:
    """The statements of the last approval, with their parameters."""
    entries = re.split(r"^(?=\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ \S+ \[\d+\] )", text, flags=re.MULTILINE)
    pipelines: dict[str, list] = {}
    last = None
    for entry in entries:
        if not (match := ENTRY.match(entry.rstrip("\n"))):
            continue
        process, kind, words = match.groups()
        if kind == "LOG" and (found := re.match(r"duration: \S+ ms  execute [^:]+: (.*)$", words, re.DOTALL)):
            if found[1].startswith("SELECT set_config('lock_timeout'"):
                pipelines[process] = []
            pipelines.setdefault(process, []).append((found[1], []))
        elif kind == "DETAIL" and words.startswith("parameters: ") and pipelines.get(process):
            statement, parameters = pipelines[process][-1]
            for _, value in PARAMETER.findall(words):
                parameters.append(None if value == "NULL" else value[1:-1].replace("''", "'"))
            if "INTO changes (tenant" in statement:
                if any(sql.startswith(("UPDATE " + TABLE, f"WITH done AS (UPDATE {TABLE}")) or f"UPDATE {TABLE}" in sql
                       for sql, _ in pipelines[process]):
                    last = pipelines[process]
    if last is None:
        sys.exit("pgbench.py: the server's log shows no approval; is its log_line_prefix the default '%m [%p] '?")
    return last


def literal(text: str) -> str:
    """A text as SQL in which pgbench, which looks into quotes, finds no variable."""
    return "E'" + text.replace("\\", "\\\\").replace("'", "''").replace(":", "\\x3a") + "'"


def expression(value: str, tokens: dict[str, str]) -> str:
    """A value as SQL, with the tokens computed from the transaction's number."""
    is_document = value.startswith("{") and '":' in value or value.startswith("\\x")
    found = [] if is_document else [token for token in tokens if token in value]
    if not found:
        return literal(value)
    parts, rest = [], value
    while rest:
        at, token = min(((rest.find(t), t) for t in found if t in rest), default=(len(rest), None))
        if at:
            parts.append(literal(rest[:at]))
        if token is None:
            break
        parts.append(f"'{PREFIXES[tokens[token]]}' || lpad(to_hex(:n::bigint), {DIGITS}, '0')")
        rest = rest[at + len(token):]
    return "(" + " || ".join(parts) + ")"


def script(statements: list[tuple[str, list[str | None]]]) -> str:
    update = next(p for sql, p in statements if f"UPDATE {TABLE}" in sql)
    insert = next(p for sql, p in statements if "INSERT INTO \"directoryAudit\"" in sql)
    # tenant, id, change, version that is replaced …; tenant, event, change …
    tokens = {update[1]: "request", update[2]: "change", update[3]: "version", insert[1]: "event"}
    lines = ["\\set i :i + 1", f"\\set n :client_id * {TRANSACTIONS} + :i", "\\startpipeline"]
    for sql, parameters in statements:
        def bound(match: re.Match) -> str:
            value = parameters[int(match[1]) - 1]
            return "NULL" if value is None else expression(value, tokens)
        lines.append(re.sub(r"\$(\d+)", bound, sql).replace("\n", " ") + ";")
    return "\n".join(lines + ["\\endpipeline", ""])


def renumber(count: int) -> None:
    """Gives waiting requests ids and versions that a number tells."""
    def made(kind: str) -> str:
        return f"'{PREFIXES[kind]}' || lpad(to_hex(n), {DIGITS}, '0')"
    found = psql(f"""
        CREATE TEMPORARY TABLE chosen AS
            SELECT tenant, id, row_number() OVER (ORDER BY id) AS n FROM {TABLE} WHERE status = 'needsApproval'
            AND id NOT LIKE '{PREFIXES["request"]}%' AND tenant || id NOT IN (SELECT tenant || id FROM names)
            ORDER BY id LIMIT {count};
        UPDATE entries AS e SET id = {made("request")} FROM chosen AS c
            WHERE e.tenant = c.tenant AND e.kind = 'operationApprovalRequest' AND e.id = c.id;
        UPDATE {TABLE} AS r SET id = {made("request")}, version = {made("version")} FROM chosen AS c
            WHERE r.tenant = c.tenant AND r.id = c.id;
        SELECT count(*) FROM chosen;""")
    if int(found.split()[-1]) < count:
        sys.exit(f"pgbench.py: there are {found.strip()} waiting requests, and {count} are needed")


if __name__ == "__main__":
    text = script(approval(logged()))
    count = CLIENTS * TRANSACTIONS
    subprocess.run([binary, "fill", url, "--requests", str(count + 2), "--sample", "1"], check=True, capture_output=True)
    renumber(count)
    done = subprocess.run(
        [pgbench, "-n", "-M", "prepared", "-c", clients, "-j", "2", "-t", transactions, "-D", "i=0", "-f", "/dev/stdin", url],
        input=text, capture_output=True, text=True)
    rate = re.search(r"tps = (\S+)", done.stdout)
    approved = int(psql(f"SELECT count(*) FROM {TABLE} WHERE id LIKE '{PREFIXES['request']}%' AND status = 'approved'"))
    if done.returncode or not rate or approved != count:
        sys.exit(f"pgbench.py: {approved} of {count} were approved\n{done.stdout}{done.stderr}\n{text[:3000]}")
    print(rate[1])
