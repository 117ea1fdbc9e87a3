"""The doctor: looks at an installation part by part and says what is wrong with it, and what to do."""

from app.doctor import database, machine, service
from app.doctor.diagnosis import Diagnosis, Examination, Patient

EXAMINATIONS: tuple[Examination, ...] = (
    machine.folder,
    machine.git,
    machine.address,
    machine.key,
    machine.mail,
    database.server,
    database.durability,
    database.schema,
    database.clock,
    database.artifacts,
    database.retention,
    service.queue,
    service.repositories,
    service.checkpoints,
)


async def examine(patient: Patient) -> list[Diagnosis]:
    """Look at every part, in order. What cannot be looked at is said as such; nothing here raises for its patient."""
    return [diagnosis for examination in EXAMINATIONS for diagnosis in await examination(patient)]
