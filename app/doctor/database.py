"""Looks at PostgreSQL: is it there, can it hold our schema, does it keep what it acknowledged, is its clock ours."""

from app.db.fitting import Fit
from app.doctor.diagnosis import Diagnosis, Patient, fault, note, well
from app.installation.serverkey import opener
from app.store import VitalsStore
from specs.audit import INSTALLATION
from specs.errors import HoldfastError
from specs.limits import LimitKind, settle
from specs.store.artifacts import ArtifactStore
from specs.store.limits import LimitStore

OLDEST = 150_000
NEEDED = 60
LITTLE, MUCH = 2.0, 60.0


async def server(patient: Patient) -> list[Diagnosis]:
    """Look whether PostgreSQL answers, and whether it is one that we can use."""
    part = "database"
    if patient.database is None:
        error = patient.away
        return fault(part, error.message, error.hint) if error else fault(part, "It cannot be reached.", "See its log.")
    try:
        async with patient.database.read() as connection:
            found = await VitalsStore(connection).server()
    except HoldfastError as error:
        return fault(part, error.message, "Does PostgreSQL run, and is HOLDFAST_DATABASE_URL right? Its log says.")
    kind = "embedded" if not patient.settings.database_url else "external"
    told = f"PostgreSQL {found.version}, {kind}, {found.size / 1024**2:,.0f} MiB"
    if found.number < OLDEST:
        return fault(part, f"{told}, which is too old.", "Use PostgreSQL 15 or later, with pgvector.")
    if not found.vector:
        return fault(part, f"{told}, without pgvector.", "Install pgvector for this PostgreSQL.")
    if found.connections < NEEDED:
        hint = "Each process may open some forty; raise max_connections."
        return note(part, f"{told}: only {found.connections} connections for all processes.", hint)
    return well(part, f"{told}, pgvector {found.vector}")


async def durability(patient: Patient) -> list[Diagnosis]:
    """Look whether PostgreSQL writes to disk what it says it wrote."""
    if patient.database is None:
        return []
    try:
        async with patient.database.read() as connection:
            off = await VitalsStore(connection).careless()
    except HoldfastError:
        return []
    if off:
        hint = "Switch them on: without them a crash loses what was acknowledged."
        return fault("durability", f"PostgreSQL runs without {', '.join(off)}.", hint)
    return well("durability", "what is acknowledged is on disk")


async def schema(patient: Patient) -> list[Diagnosis]:
    """Look whether the schema is the one of this program."""
    if patient.database is None:
        return []
    try:
        found = await patient.database.revision()
    except HoldfastError:
        return []
    if found is None:
        return fault("schema", "The database holds no Holdfast yet.", "`holdfast migrate` makes it.")
    fit = await patient.database.fit()
    if fit is Fit.AHEAD:
        hint = "This program goes on with it; update it when the others are."
        return note("schema", f"The schema {found} is of a newer Holdfast.", hint)
    if fit.hint:
        when = "a newer" if fit is Fit.BEYOND else "an older"
        return fault("schema", f"The schema {found} is of {when} Holdfast.", fit.hint)
    return well("schema", found)


async def clock(patient: Patient) -> list[Diagnosis]:
    """Look whether this machine and PostgreSQL agree on the time; leases and sessions hang on it."""
    if patient.database is None:
        return []
    try:
        async with patient.database.read() as connection:
            theirs = await VitalsStore(connection).now()
    except HoldfastError:
        return []
    apart = abs((theirs - patient.now).total_seconds())
    told = f"PostgreSQL's clock is {apart:,.0f} s from ours."
    if apart > MUCH:
        return fault("clock", told, "Set both clocks by NTP.")
    return note("clock", told, "Set both clocks by NTP.") if apart > LITTLE else well("clock", "as PostgreSQL's")


async def artifacts(patient: Patient) -> list[Diagnosis]:
    """Look whether what is sealed can be opened with the keys that are here."""
    part = "artifacts"
    try:
        if patient.database is None or not await patient.database.schema_is_current():
            return []
        async with patient.database.read() as connection:
            keys = await ArtifactStore(connection, opener(patient.settings)).keys()
    except HoldfastError:  # said by the parts that look at the database and at the key
        return []
    lost = [key for key in keys if key.artifacts and not key.known]
    if lost:
        names = ", ".join(f"{key.name} ({key.artifacts} artifacts)" for key in lost)
        hint = "Put the former secret key back, or name it in HOLDFAST_FORMER_SECRET_KEYS until all is sealed again."
        return fault(part, f"The key is missing that sealed {names}.", hint)
    count, size = sum(key.artifacts for key in keys), sum(key.size for key in keys)
    told = f"{count:,} kept, {size / 1024**2:,.1f} MiB"
    bare = sum(key.artifacts for key in keys if not key.name)
    if bare:
        return note(part, f"{told}, {bare} of them unsealed.", "A worker seals them within minutes.")
    return well(part, f"{told}, sealed")


async def retention(patient: Patient) -> list[Diagnosis]:
    """Say how long things are kept where a project says nothing itself."""
    try:
        if patient.database is None or not await patient.database.schema_is_current():
            return []
        async with patient.database.read() as connection:
            said = await LimitStore(connection, INSTALLATION).said(LimitKind.RETENTION)
    except HoldfastError:
        return []
    kept = settle(LimitKind.RETENTION, *said)
    told = ", ".join(f"{one.name} {f'{one.value} days' if one.value else 'for good'}" for one in kept)
    return well("retention", told)
