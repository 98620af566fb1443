package io.gracefulbackup.testkit;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.BackupVersion;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.Inspection;
import io.gracefulbackup.spi.Listing;
import io.gracefulbackup.spi.SealedBackup;
import io.gracefulbackup.spi.SinkContext;
import io.gracefulbackup.spi.StoredBackup;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;

/** Sinks that break one promise each, and the test of the contract that must fail for it. */
@SuppressWarnings("ImmutableEnumChecker") // Functions without a state.
enum SinkDefect {
    CHANGES_ITS_NAME("introducesItself", inner -> new BrokenSink(inner) {
        @Override
        public String name() {
            return "sink-" + System.identityHashCode(this);
        }
    }),
    TELLS_ITS_PASSWORD_WITH_ITS_PLACE("saysWhereItIs", inner -> new BrokenSink(inner) {
        @Override
        public String place() {
            return "http://me:" + ContractBitesTest.PASSWORD + "@db";
        }
    }),
    IS_NEVER_EMPTY("reportsAnEmptyPlaceAsEmpty", inner -> new BrokenSink(inner) {
        @Override
        public Listing list(Deadline deadline) {
            return Listing.of(List.of(StoredBackup.at("nowhere", null)));
        }
    }),
    FORGETS("returnsTheStoredBytes", inner -> new BrokenSink(inner) {
        @Override
        public Listing list(Deadline deadline) {
            return Listing.of(List.of());
        }
    }),
    LOSES_THE_END_OF_LARGE_ONES("returnsBackupsOfExactSizes", inner -> new BrokenSink(inner) {
        @Override
        public InputStream open(StoredBackup backup, Deadline deadline) throws IOException {
            return new ByteArrayInputStream(inner.open(backup, deadline).readNBytes(1 << 16));
        }
    }),
    KEEPS_ONLY_THE_LAST("keepsBackupsStoredInAnyOrder", inner -> new BrokenSink(inner) {
        @Override
        public StoredBackup store(SealedBackup backup, Deadline deadline) throws IOException {
            deleteAll(deadline);
            return inner.store(backup, deadline);
        }
    }),
    CALLS_THE_OLDEST_THE_NEWEST("listsTrueHints", WrongHintsSink::new),
    LISTS_A_BACKUP_TWICE("storingAStoredBackupAgainSucceeds", inner -> new BrokenSink(inner) {
        @Override
        public Listing list(Deadline deadline) {
            return Listing.of(Stream.concat(entries(deadline).stream(), entries(deadline).stream())
                    .toList());
        }
    }),
    DELETES_ALL("deletesOnlyTheGivenEntry", inner -> new BrokenSink(inner) {
        @Override
        public void delete(StoredBackup backup, Deadline deadline) throws IOException {
            deleteAll(deadline);
        }
    }),
    FORGETS_WHAT_IS_PROTECTED("listsProtectedBackupsAndRefusesToDeleteThem", inner -> new BrokenSink(inner) {
        @Override
        public boolean protect(StoredBackup backup, boolean isProtected, Deadline deadline) {
            return true;
        }
    }),
    PROTECTS_FOR_EVER("deletesABackupWhoseProtectionWasLifted", inner -> new BrokenSink(inner) {
        @Override
        public boolean protect(StoredBackup backup, boolean isProtected, Deadline deadline) throws IOException {
            return inner.protect(backup, true, deadline);
        }
    }),
    DELETES_ONLY_ONCE("deletingADeletedEntrySucceeds", inner -> new BrokenSink(inner) {
        @Override
        public void delete(StoredBackup backup, Deadline deadline) throws IOException {
            inner.open(backup, deadline).close();
            inner.delete(backup, deadline);
        }
    }),
    TAKES_WHAT_IS_GONE_FOR_EMPTY("failsToOpenADeletedEntry", inner -> new BrokenSink(inner) {
        @Override
        public InputStream open(StoredBackup backup, Deadline deadline) {
            try {
                return inner.open(backup, deadline);
            } catch (IOException e) {
                return InputStream.nullInputStream();
            }
        }
    }),
    LISTS_FOR_EVERYBODY("doesNotListTheBackupsOfOtherApplications", BrokenSink::new),
    TAKES_ITS_OWN_FOR_OTHERS("showsTheNewestBackupOfAnotherApplicationAndNoneOfItsOwn", inner -> new BrokenSink(inner) {
        @Override
        public List<StoredBackup> listOthers(Deadline deadline) {
            return entries(deadline);
        }
    }),
    MIXES_APPLICATIONS("keepsBackupsOfSeveralApplicationsApart", BrokenSink::new),
    HIDES_WHAT_IS_LOCKED("listsBackupsUnderAnUnknownKey", HidesUnreadable::new),
    LISTS_WHATEVER_LIES_THERE("ignoresForeignEntries", BrokenSink::new),
    BELIEVES_WHAT_IT_READS("refusesBytesWithAnotherDigest", inner -> new BrokenSink(inner) {
        @Override
        public StoredBackup store(SealedBackup backup, Deadline deadline) throws IOException {
            return inner.store(withActualDigest(backup), deadline);
        }
    }),
    VERIFIES_ONLY_WHAT_IT_SENT("verifiesTheStoredBytes", BrokenSink::new),
    HIDES_WHAT_IS_DAMAGED("listsDamagedEntries", HidesUnreadable::new),
    TAKES_THE_ID_FOR_THE_BYTES("doesNotReportADamagedBackupOfTheSameIdAsStored", inner -> new BrokenSink(inner) {
        @Override
        public StoredBackup store(SealedBackup backup, Deadline deadline) throws IOException {
            String location = backup.header().id().value();
            for (StoredBackup entry : entries(deadline)) {
                if (entry.location().equals(location)) {
                    return entry;
                }
            }
            return inner.store(backup, deadline);
        }
    }),
    SAYS_EMPTY_WHEN_UNREACHABLE("failsWhenThePlaceIsUnreachable", BrokenSink::new),
    TELLS_ITS_PASSWORD("failsWhenThePlaceIsUnreachable", inner -> new BrokenSink(inner) {
        @Override
        public Listing list(Deadline deadline) throws IOException {
            throw new IOException("cannot log in", new IOException("as me with " + ContractBitesTest.PASSWORD));
        }

        @Override
        public StoredBackup store(SealedBackup backup, Deadline deadline) throws IOException {
            throw new IOException("cannot log in");
        }
    }),
    HEARS_NO_DEADLINE("leavesNoPartialBackupWhenTheDeadlineExpires", HearsNoDeadline::new),
    KEEPS_HALVES("leavesNoPartialBackupWhenTheDeadlineExpires", inner -> new BrokenSink(inner) {
        @Override
        public StoredBackup store(SealedBackup backup, Deadline deadline) throws IOException {
            try {
                return inner.store(backup, deadline);
            } catch (IOException e) {
                inner.store(new BackupWithBytes(backup, new byte[5]), ContractBitesTest.enough());
                throw e;
            }
        }
    }),
    STORES_LATE("storesNothingWhenNoTimeIsLeft", HearsNoDeadline::new),
    HANGS_IN_DELETE(
            "endsEveryCallSoonAfterTheDeadline",
            inner -> new FaultySink(inner).with(FaultySink.Call.DELETE, FaultySink.Fault.HANG)),
    SAYS_EMPTY_WHEN_INTERRUPTED("reportsTheTruthOnAnInterruptedThread", inner -> new BrokenSink(inner) {
        @Override
        public Listing list(Deadline deadline) {
            return Thread.currentThread().isInterrupted() ? Listing.of(List.of()) : inner.list(deadline);
        }
    }),
    HANGS_IN_PROBE(
            "endsEveryCallSoonAfterTheDeadline",
            inner -> new FaultySink(inner).with(FaultySink.Call.PROBE, FaultySink.Fault.HANG)),
    LEAVES_WHAT_IT_TRIED("aProbeOfAnEmptyPlaceLeavesNothingBehind", LeavesSamples::new),
    STORES_A_SAMPLE_IN_ADVANCE("preparationsAddNoBackupAndLeaveTheOnesThatAreThere", inner -> new LeavesSamples(inner) {
        @Override
        public void prepare(Deadline deadline) throws IOException {
            probe(deadline);
        }
    }),
    LEAVES_SAMPLES_BESIDE_BACKUPS("probesLeaveTheBackupsAsTheyAre", LeavesSamples::new),
    LEAVES_SAMPLES_WHEN_BUSY("probesAtTheSameTimeDoNotDisturbEachOther", LeavesSamples::new),
    PROBES_ONLY_WHEN_IDLE("aProbePassesWhileABackupIsBeingStored", OneAtATime::new),
    PROBES_NOTHING_UNREACHABLE("aProbeFailsWhenThePlaceIsUnreachable", BrokenSink::new),
    PROBES_NOTHING_REFUSED("aProbeFailsWhenTheCredentialsAreRefused", BrokenSink::new),
    PROBES_NOTHING_READ_ONLY("aProbeFailsWhenThePlaceRefusesWrites", BrokenSink::new),
    TELLS_ITS_PASSWORD_IN_A_PROBE("aProbeFailsWhenTheCredentialsAreRefused", inner -> new BrokenSink(inner) {
        @Override
        public void probe(Deadline deadline) throws IOException {
            throw new IOException("refused: " + ContractBitesTest.PASSWORD);
        }

        @Override
        public StoredBackup store(SealedBackup backup, Deadline deadline) throws IOException {
            throw new IOException("refused");
        }
    }),
    STORES_ONE_AT_A_TIME("storesDifferentBackupsConcurrently", OneAtATime::new),
    STORES_THE_SAME_ONE_AT_A_TIME("storesTheSameBackupConcurrently", OneAtATime::new),
    WAITS_WHEN_CLOSED("closesWithoutWaitingForAStore", inner -> new BrokenSink(inner) {
        private final Semaphore turn = new Semaphore(1);

        @Override
        public StoredBackup store(SealedBackup backup, Deadline deadline) throws IOException {
            turn.acquireUninterruptibly();
            try {
                return inner.store(backup, deadline);
            } finally {
                turn.release();
            }
        }

        @Override
        public void close() {
            turn.acquireUninterruptibly();
            turn.release();
        }
    }),
    LOSES_STATES("anApplicationRestoresWhatItSaved", inner -> new BrokenSink(inner) {
        @Override
        public InputStream open(StoredBackup backup, Deadline deadline) throws IOException {
            throw new IOException("not today");
        }
    }),
    DELETES_NOTHING("retentionKeepsTheNewestBackups", inner -> new BrokenSink(inner) {
        @Override
        public void delete(StoredBackup backup, Deadline deadline) {}
    }),
    OPENS_WHAT_ITS_CATALOGUE_SAYS("restoresTheNewestBackupDespiteWrongHints", inner -> new BrokenSink(inner) {
        @Override
        public InputStream open(StoredBackup backup, Deadline deadline) throws IOException {
            String id = backup.hint().orElseThrow().id().value();
            return inner.open(StoredBackup.at(id, null), deadline);
        }
    }),
    FAILS_AT_DAMAGE("restoresAnOlderBackupWhenTheNewestIsDamaged", (inner, context) -> new BrokenSink(inner) {
        @Override
        public InputStream open(StoredBackup backup, Deadline deadline) throws IOException {
            if (!(context.inspect(inner.open(backup, deadline)) instanceof Inspection.Intact)) {
                throw new IOException("it is damaged");
            }
            return inner.open(backup, deadline);
        }
    });

    /** The name of the test that must fail. */
    final String test;

    final BiFunction<InMemorySink, SinkContext, BackupSink> build;

    SinkDefect(String test, Function<InMemorySink, BackupSink> build) {
        this(test, (inner, context) -> build.apply(inner));
    }

    SinkDefect(String test, BiFunction<InMemorySink, SinkContext, BackupSink> build) {
        this.test = test;
        this.build = build;
    }

    private static class LeavesSamples extends BrokenSink {
        LeavesSamples(InMemorySink inner) {
            super(inner);
        }

        @Override
        public void probe(Deadline deadline) throws IOException {
            BackupId id = new BackupId(UUID.randomUUID().toString().replace("-", ""));
            inner.store(
                    new Sample(BackupHeader.builder("probe", id, new BackupVersion(0, 0))
                            .build()),
                    deadline);
        }

        private record Sample(BackupHeader header) implements SealedBackup {
            @Override
            public long size() {
                return 0;
            }

            @Override
            public String sha256() {
                return Digests.sha256(new byte[0]);
            }

            @Override
            public String contentDigest() {
                return sha256();
            }

            @Override
            public long stateBytes() {
                return 0;
            }

            @Override
            public InputStream newStream() {
                return InputStream.nullInputStream();
            }
        }
    }

    private static final class HidesUnreadable extends BrokenSink {
        private final SinkContext context;

        HidesUnreadable(InMemorySink inner, SinkContext context) {
            super(inner);
            this.context = context;
        }

        @Override
        public Listing list(Deadline deadline) throws IOException {
            List<StoredBackup> shown = new ArrayList<>();
            for (StoredBackup entry : entries(deadline)) {
                if (context.inspect(inner.open(entry, deadline)) instanceof Inspection.Intact) {
                    shown.add(entry);
                }
            }
            return Listing.of(shown);
        }
    }

    private static final class HearsNoDeadline extends BrokenSink {
        HearsNoDeadline(InMemorySink inner) {
            super(inner);
        }

        @Override
        public StoredBackup store(SealedBackup backup, Deadline deadline) throws IOException {
            return inner.store(backup, ContractBitesTest.enough());
        }
    }

    private static final class OneAtATime extends BrokenSink {
        private final Semaphore turn = new Semaphore(1);

        OneAtATime(InMemorySink inner) {
            super(inner);
        }

        @Override
        public void probe(Deadline deadline) throws IOException {
            if (turn.availablePermits() == 0) {
                throw new IOException("busy");
            }
        }

        @Override
        public StoredBackup store(SealedBackup backup, Deadline deadline) throws IOException {
            if (!turn.tryAcquire()) {
                throw new IOException("busy");
            }
            try {
                return inner.store(backup, deadline);
            } finally {
                turn.release();
            }
        }
    }
}
