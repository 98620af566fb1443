package io.gracefulbackup;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The outcome of one backup run. Immutable. Later versions of the library may add values. */
public final class BackupReport {
    private final Values values;

    private BackupReport(Values values) {
        this.values = values;
    }

    /** All values of a report, for equality. */
    private record Values(
            String name,
            @Nullable ShutdownReason shutdown,
            @Nullable BackupId id,
            long sealedBytes,
            long stateBytes,
            @Nullable String sha256,
            Duration lockHeld,
            List<SinkResult> sinks,
            @Nullable String failure,
            Duration took) {}

    /**
     * Creates a builder. Reports are made by the library; tests of listeners may make their own.
     *
     * @param name the name of the backup
     */
    public static Builder builder(String name) {
        return new Builder(name);
    }

    /** The name of the backup. */
    public String name() {
        return values.name;
    }

    /** Why the process ends; empty if it does not. */
    public Optional<ShutdownReason> shutdown() {
        return Optional.ofNullable(values.shutdown);
    }

    /**
     * The id of the backup; empty if nothing was sealed. For an unchanged checkpoint, the id of the backup that the
     * sinks already hold.
     */
    public Optional<BackupId> id() {
        return Optional.ofNullable(values.id);
    }

    /** The number of sealed bytes; 0 if nothing was sealed. */
    public long sealedBytes() {
        return values.sealedBytes;
    }

    /** The number of bytes that the sources wrote, before compression; 0 if nothing was sealed. */
    public long stateBytes() {
        return values.stateBytes;
    }

    /** SHA-256 of the sealed bytes, 64 lower-case hexadecimal digits; empty if nothing was sealed. */
    public Optional<String> sha256() {
        return Optional.ofNullable(values.sha256);
    }

    /** How long the snapshot held the lock of the application; zero without a lock. */
    public Duration lockHeld() {
        return values.lockHeld;
    }

    /** One result for each sink, unmodifiable; empty if the snapshot failed. */
    public List<SinkResult> sinks() {
        return values.sinks;
    }

    /** Why no backup could be sealed; empty if one was sealed or there was nothing to save. */
    public Optional<String> failure() {
        return Optional.ofNullable(values.failure);
    }

    /** The duration of the whole run. */
    public Duration took() {
        return values.took;
    }

    /** Whether at least one sink holds the backup, verified. */
    public boolean isStored() {
        return sinks().stream()
                .anyMatch(sink -> sink instanceof SinkResult.Stored || sink instanceof SinkResult.Unchanged);
    }

    /** Whether nothing was stored because every sink already holds a backup with this state. */
    public boolean isUnchanged() {
        return sinks().stream().anyMatch(SinkResult.Unchanged.class::isInstance);
    }

    /** Whether at least one sink is configured and every configured sink holds the backup. */
    public boolean isComplete() {
        return isStored()
                && sinks().stream()
                        .noneMatch(sink -> sink instanceof SinkResult.Failed || sink instanceof SinkResult.TimedOut);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof BackupReport report && values.equals(report.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    /** All values, for logs and messages of tests. */
    @Override
    public String toString() {
        return "BackupReport" + values.toString().substring("Values".length());
    }

    /** Builds a report; what is not set is empty. Not safe for use by several threads. */
    public static final class Builder {
        private final String name;
        private @Nullable ShutdownReason shutdown;
        private @Nullable BackupId id;
        private long sealedBytes;
        private long stateBytes;
        private @Nullable String sha256;
        private Duration lockHeld = Duration.ZERO;
        private List<SinkResult> sinks = List.of();
        private @Nullable String failure;
        private Duration took = Duration.ZERO;

        private Builder(String name) {
            this.name = name;
        }

        /** See {@link BackupReport#shutdown()}. */
        public Builder shutdown(@Nullable ShutdownReason value) {
            shutdown = value;
            return this;
        }

        /** See {@link BackupReport#id()}. */
        public Builder id(@Nullable BackupId value) {
            id = value;
            return this;
        }

        /** Sets what was sealed: see {@link BackupReport#sealedBytes()}, {@code stateBytes()} and {@code sha256()}. */
        public Builder sealed(long sealedBytes, long stateBytes, String sha256) {
            this.sealedBytes = sealedBytes;
            this.stateBytes = stateBytes;
            this.sha256 = sha256;
            return this;
        }

        /** See {@link BackupReport#lockHeld()}. */
        public Builder lockHeld(Duration value) {
            lockHeld = value;
            return this;
        }

        /** See {@link BackupReport#sinks()}. */
        public Builder sinks(List<SinkResult> value) {
            sinks = List.copyOf(value);
            return this;
        }

        /** See {@link BackupReport#failure()}. */
        public Builder failure(@Nullable String value) {
            failure = value;
            return this;
        }

        /** See {@link BackupReport#took()}. */
        public Builder took(Duration value) {
            took = value;
            return this;
        }

        /** Returns the report. */
        public BackupReport build() {
            return new BackupReport(
                    new Values(name, shutdown, id, sealedBytes, stateBytes, sha256, lockHeld, sinks, failure, took));
        }
    }
}
