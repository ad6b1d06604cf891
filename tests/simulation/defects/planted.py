"""All planted defects, and the invariants by which each of them shows first."""

from dataclasses import dataclass

from tests.simulation.defects import (
    breaker_defects,
    budget_defects,
    collector_defects,
    content_defects,
    count_defects,
    delivery_defects,
    giving_back_defects,
    lease_defects,
    outbox_defects,
    result_defects,
    tenant_defects,
    upload_defects,
    user_defects,
)
from tests.simulation.wiring import Wiring


@dataclass(frozen=True, slots=True)
class Planted:
    """A defect, and the invariants of protocol.md that it breaks: one of them is the first."""

    wiring: type[Wiring]
    breaks: frozenset[str]


def _planted(wiring: type[Wiring], *breaks: str) -> Planted:
    return Planted(wiring, frozenset(breaks))


PLANTED = (
    _planted(outbox_defects.NoOutbox, "I6"),
    _planted(outbox_defects.PublishBeforeCommit, "I1", "I6"),
    _planted(outbox_defects.NoOutboxNoReconciler, "I6"),
    _planted(outbox_defects.NoReconciler, "L1"),
    _planted(outbox_defects.MarkedSentBeforePublish, "I6"),
    _planted(outbox_defects.MarkedSentNoReconciler, "I6"),
    _planted(outbox_defects.FailuresOfABatchIgnored, "I6"),
    _planted(outbox_defects.ClaimsWithoutEnd, "L2"),
    _planted(outbox_defects.OutboxGivesUp, "I6"),
    _planted(outbox_defects.NoPostponement, "L2"),
    _planted(outbox_defects.EventsOutsideTheTransaction, "I3"),
    _planted(outbox_defects.TwoEvents, "I3"),
    _planted(upload_defects.NoIdempotencyLookUp, "I7"),
    _planted(upload_defects.KeyOutsideTheTransaction, "I7", "I5"),
    _planted(upload_defects.FingerprintIgnored, "I7"),
    _planted(upload_defects.AcceptedWithoutCommit, "I1", "I6", "I8"),
    _planted(upload_defects.RolledBackCountsAsDone, "I1", "I2", "I4", "I6", "I8"),
    _planted(upload_defects.ContentForgottenTooSoon, "I1", "I5"),
    _planted(lease_defects.LeaseIgnoredAtClaim, "I8"),
    _planted(lease_defects.CommitNotFenced, "I2", "I11"),
    _planted(lease_defects.NoLeaseAndNoFence, "I8", "I2", "I11"),
    _planted(lease_defects.NoHeartbeat, "E1"),
    _planted(lease_defects.NoHeartbeatButTrust, "I8"),
    _planted(lease_defects.LostLeaseIgnored, "I8"),
    _planted(lease_defects.LeaseTrustedFromTheAnswer, "I8"),
    _planted(lease_defects.OnlyTheMessageIsRenewed, "I8"),
    _planted(lease_defects.LeasesByTheProcessClock, "I8"),
    _planted(lease_defects.AttemptStartsAnew, "I11"),
    _planted(delivery_defects.DeletedBeforeTheWork, "I6"),
    _planted(delivery_defects.RetryDeletesTheMessage, "I6"),
    _planted(delivery_defects.ReleaseWithoutMessage, "I6"),
    _planted(delivery_defects.ReceiveCountDecides, "I9"),
    _planted(delivery_defects.DeadLetterMeansFailed, "I9"),
    _planted(delivery_defects.DeadLetterDeletedFirst, "I6"),
    _planted(delivery_defects.NobodyWatchesDeadLetters, "L1"),
    _planted(delivery_defects.FinishedFilesAreWorkedOnAgain, "I2"),
    _planted(result_defects.SharedResultKey, "I4", "I5"),
    _planted(result_defects.SharedResultKeyWithoutFence, "I4", "I2", "I5"),
    _planted(result_defects.CommittedBeforeResults, "I4"),
    _planted(result_defects.UnansweredCommitNotLookedFor, "I4"),
    _planted(result_defects.ResultsDiscardedInDoubt, "I4"),
    _planted(result_defects.OtherBytesEachTime, "I13", "I4"),
    _planted(result_defects.ErasedInTheRecordAlone, "I4"),
    _planted(budget_defects.OutagesCountAsFailures, "I9"),
    _planted(budget_defects.FailuresWithoutBudget, "I9"),
    _planted(budget_defects.CrashesWithoutBudget, "I9"),
    _planted(budget_defects.OutagesWithoutPatience, "I9"),
    _planted(user_defects.ReprocessWithoutMessage, "I6"),
    _planted(user_defects.ReprocessInTheSameGeneration, "I2"),
    _planted(budget_defects.AttemptsWithoutLimit, "B3"),
    _planted(count_defects.ReleaseKeepsStarts, "I9"),
    _planted(count_defects.ReprocessKeepsBudgets, "I9"),
    _planted(count_defects.StartsNotCounted, "I9"),
    _planted(count_defects.RetriesNotCounted, "I9"),
    _planted(tenant_defects.AnybodyMayAsk, "I14"),
    _planted(tenant_defects.KeysOfAllTenants, "I14"),
    _planted(tenant_defects.EventsOfTheFirstTenant, "I14"),
    _planted(tenant_defects.SchemasOfTheFirstTenant, "I13"),
    _planted(content_defects.BlankRowsCountAsAccepted, "I12"),
    _planted(content_defects.ReceiveCountDecidesRows, "I12"),
    _planted(content_defects.HalfAFileTakenForAllOfIt, "I9", "I12", "I13"),
    _planted(collector_defects.CollectorWithoutAgeGuard, "I5"),
    _planted(collector_defects.OldResultsCollectedAtOnce, "I5"),
    _planted(collector_defects.RoundsAreNeverTakenBack, "L1"),
    _planted(collector_defects.KeysForgottenTooSoon, "R1"),
    _planted(collector_defects.TombstonesForgottenTooSoon, "R1"),
    _planted(collector_defects.FilesErasedTooSoon, "R1"),
    _planted(breaker_defects.BreakersNeverClose, "L1", "L2"),
    _planted(breaker_defects.BreakersNeverOpen, "B1"),
    _planted(breaker_defects.WorkGoesOnWhenABreakerOpens, "B2"),
    _planted(breaker_defects.WritesCountedByReads, "B1"),
    _planted(breaker_defects.WritesNeverOpen, "B1"),
    _planted(breaker_defects.TopicIsNeverTried, "L1", "L2"),
    _planted(breaker_defects.TopicNeverReopens, "B1"),
    _planted(giving_back_defects.NothingIsGivenBack, "B4"),
    _planted(giving_back_defects.WhoeversAttemptIsGivenBack, "I11"),
    _planted(giving_back_defects.HeldMessageDeletedAnyhow, "I6"),
    _planted(giving_back_defects.HeldMessageDeletedFirst, "I6"),
    _planted(giving_back_defects.GivenBackWithoutMessage, "I6"),
    _planted(giving_back_defects.AbandonedCommitTakenForDone, "I6"),
)
