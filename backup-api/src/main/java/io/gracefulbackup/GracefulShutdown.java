package io.gracefulbackup;

import io.gracefulbackup.internal.config.BuilderState;
import io.gracefulbackup.internal.install.Engine;
import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.PointerStore;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.locks.Lock;
import java.util.function.Consumer;

/**
 * Saves an application's state on every exit, and has it back at the next start.
 *
 * <p>{@code install} restores the newest intact backup and arms the shutdown hook; from then on SIGTERM, SIGINT, SIGHUP,
 * {@code System.exit} and a normal end of {@code main} save the state, sealed with a key derived from {@code SECRET_KEY},
 * to all sinks at once within {@code BACKUP_TIMEOUT}. Call it once, early in {@code main}, before the application accepts
 * work. A process that is killed (SIGKILL), halted or crashes saves nothing.
 *
 * <p>The handle is safe for use by any number of threads.
 */
public final class GracefulShutdown {
    private final Engine engine;

    private GracefulShutdown(Engine engine) {
        this.engine = engine;
    }

    /**
     * Installs with these sources and all settings from the environment. See {@link Builder#install()}.
     *
     * @throws BackupConfigurationException if a setting is wrong
     * @throws RestoreRefusedException if starting could lose a backup
     */
    public static GracefulShutdown install(StateSource... sources) {
        Builder builder = builder();
        Arrays.stream(sources).forEach(builder::source);
        return builder.install();
    }

    /**
     * Installs with the sources that {@link ServiceLoader} finds and all settings from the environment.
     *
     * @throws BackupConfigurationException if a setting is wrong, or no source is found
     * @throws RestoreRefusedException if starting could lose a backup
     */
    public static GracefulShutdown install() {
        return install(ServiceLoader.load(StateSource.class).stream()
                .map(ServiceLoader.Provider::get)
                .toArray(StateSource[]::new));
    }

    /** Begins to describe the application. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Makes a change that may be acknowledged to a user: when this method returns, the change will be in the final
     * backup. Any number of changes run at the same time; they wait for nothing.
     *
     * <p>The gate closes when the exit begins its snapshot. Changes that are under way then are waited for, within limits;
     * one that comes later or takes longer is not acknowledged, although it may have run.
     *
     * <p>Where instances {@linkplain Builder#handoff overlap}, a change that comes to one that does not have the state asks the
     * other to hand over, and waits up to 5 s for that.
     *
     * @return what the action returned
     * @throws NotAcknowledgedException if the change is not certain to be saved
     * @throws X if the action throws it
     */
    public <T, X extends Exception> T write(WriteAction<T, X> action) throws X {
        return engine.write(action);
    }

    /** See {@link #write(WriteAction)}; for a change without a result. */
    public <X extends Exception> void write(WriteAction.WithoutResult<X> action) throws X {
        engine.write(() -> {
            action.run();
            return Boolean.TRUE;
        });
    }

    /**
     * Looks at the state, where instances {@linkplain Builder#handoff overlap}: runs the action if this instance has the
     * state, and else asks for it as {@link #write} does. Without a lease the action just runs.
     *
     * @return what the action returned
     * @throws NotAcknowledgedException if this instance does not have the state, and did not get it in 5 s
     * @throws X if the action throws it
     */
    public <T, X extends Exception> T read(WriteAction<T, X> action) throws X {
        return engine.read(action);
    }

    /**
     * Asks the instance that has the state to hand over, as the first {@link #write} does, and waits for it up to 5 s. For
     * hosts that learn from elsewhere that the traffic comes to this instance now. Returns at once if it has the state.
     *
     * @throws NotAcknowledgedException if it did not get the state in that time; asking again is harmless
     */
    public void requestHandoff() {
        engine.requestHandoff();
    }

    /** Where the library stands: {@link #status()} in a word. */
    public BackupStatus.State state() {
        return engine.status().state();
    }

    /**
     * Waits until this instance accepts changes. Does not ask for the state; see {@link #requestHandoff()}.
     *
     * @return false if it did not come to that in time
     * @throws InterruptedException if the caller is interrupted
     */
    public boolean awaitActive(Duration patience) throws InterruptedException {
        return engine.awaitActive(patience);
    }

    /**
     * Makes a backup now, without stopping anything, and waits for it. The backup itself gets {@code BACKUP_TIMEOUT}; one
     * that is under way is waited for first, and joined only if its snapshot has not begun. Once the exit has begun, this
     * waits for the exit's own backup. Not to be called by a thread that holds the lock of {@link
     * Builder#snapshotUnder}: the snapshot would wait for it in vain.
     *
     * @param name the backup's name, for people
     * @return what became of it; that a sink failed is told there, not thrown
     * @throws BackupException if nothing may be saved, because {@code install()} came too late or after
     *     {@link #uninstall()}
     */
    public BackupReport backupNow(String name) {
        return engine.backupNow(name);
    }

    /**
     * Replaces the state of the running application by that of a backup, and waits for it. Before anything is touched the
     * whole backup is fetched and authenticated, {@link #write} is held off and the present state saved as a "Pre-restore
     * backup". Then the sources read; if one of them fails, the state from before is put back. What was restored is saved
     * at once as the newest backup, so that the next start comes up with it.
     *
     * <p>Sources are read on a thread of the library, without the lock of {@link Builder#snapshotUnder}: each must take
     * the locks that it needs, and this must not be called by a thread that holds one of them.
     *
     * @param id the backup, in any sink
     * @return what was restored
     * @throws BackupException if it was not; says whether anything has changed
     * @throws RestoreRefusedException if the backup has a section that no source claims, or a newer version of one;
     *     nothing has changed
     */
    public RestoreReport restore(BackupId id) {
        return engine.restore(id);
    }

    /**
     * Protects a backup from retention in every sink that holds it, until {@link #unprotect}. It takes no other one's
     * place. Waits for the sinks, {@code BACKUP_START_TIMEOUT} at most.
     *
     * @return which sinks protect it now, and which do not and why
     * @throws BackupException if no sink shows it; the message names those that there are
     */
    public ProtectionReport protect(BackupId id) {
        return engine.protect(id, true);
    }

    /**
     * Lifts the protection of a backup, so that retention treats it as any other. If it was kept because the state shrank
     * after it, that is acknowledged, from the next backup on.
     *
     * @return which sinks do not protect it any more, and which may, and why
     * @throws BackupException if no sink shows it; the message names those that there are
     */
    public ProtectionReport unprotect(BackupId id) {
        return engine.protect(id, false);
    }

    /**
     * What retention makes of each sink as it stands: every entry, whether it would stay, and why. Deletes nothing; reads the
     * headers of all entries, which takes a sink far away a while, {@code BACKUP_START_TIMEOUT} at most.
     */
    public List<RetentionReport> retention() {
        return engine.retention();
    }

    /** How the application started, or what {@link #restore} has brought since. */
    public RestoreReport restoreReport() {
        return engine.restoreReport();
    }

    /** Where the library stands. */
    public BackupStatus status() {
        return engine.status();
    }

    /**
     * Takes the shutdown hook away and closes the sinks: the exit will save nothing. For tests and for hosts that hand
     * over. Does nothing when the exit has begun, or the second time.
     */
    public void uninstall() {
        engine.uninstall();
    }

    /** The state and the application, without secrets. */
    @Override
    public String toString() {
        return "GracefulShutdown[" + engine + "]";
    }

    /** Describes the application. Not safe for use by several threads; of use once. */
    public static final class Builder {
        private final BuilderState builderState = new BuilderState();

        private Builder() {}

        /** Adds a part of the state. Sources are written and read in the order they were added. */
        public Builder source(StateSource source) {
            builderState.sources.add(source);
            return this;
        }

        /** Adds a step that runs at the exit, before the snapshot; steps run in the order they were added. */
        public Builder drain(String name, DrainStep step) {
            if (builderState.drains.putIfAbsent(name, step) != null) {
                builderState.repeatedDrains.add(name);
            }
            return this;
        }

        /** All drain steps together get at most this time (default: 3 s); never more than 40 % of the deadline. */
        public Builder drainTimeout(Duration time) {
            builderState.drainTimeout = time;
            return this;
        }

        /**
         * The lock under which the state does not change. The library takes it on one thread, runs all sources and lets
         * go; without it, the sources must be consistent by themselves.
         */
        public Builder snapshotUnder(Lock lock) {
            builderState.lock = lock;
            return this;
        }

        /** A section of older backups that the application no longer has: it is dropped instead of refusing the start. */
        public Builder ignoreSection(String name) {
            builderState.ignoredSections.add(name);
            return this;
        }

        /** A {@code BACKUP_*} name in the environment that is not meant for this library. */
        public Builder ignoreSetting(String name) {
            builderState.ignoredSettings.add(name);
            return this;
        }

        /**
         * Gives a setting a value, by the name of its environment variable ({@code BACKUP_FILE}); beats system properties
         * and the environment. Takes secrets as well.
         */
        public Builder setting(String name, String value) {
            builderState.settings.put(name, value);
            return this;
        }

        /** The application's name, as {@code BACKUP_APP}: names rows, pins and messages. */
        public Builder application(String name) {
            return setting("BACKUP_APP", name);
        }

        /** The one deadline of an exit, as {@code BACKUP_TIMEOUT}. */
        public Builder timeout(Duration time) {
            return setting("BACKUP_TIMEOUT", time.toMillis() + "ms");
        }

        /**
         * Makes a backup every so often while the application runs, as {@code BACKUP_INTERVAL}: a process that is killed
         * loses at most that time. A state that every sink holds already is not stored again. Each has {@code
         * BACKUP_TIMEOUT}, like the exit, for which it is the rehearsal.
         *
         * @param interval at least one second
         */
        public Builder checkpointEvery(Duration interval) {
            return setting("BACKUP_INTERVAL", interval.toMillis() + "ms");
        }

        /** At start every sink must answer, whatever the others hold: rather no start than an older state. */
        public Builder requireAllSinks() {
            builderState.requireAllSinks = true;
            return this;
        }

        /** Adds a sink that the application built itself, besides those that {@link ServiceLoader} finds. */
        public Builder sink(BackupSink sink) {
            builderState.sinks.add(sink);
            return this;
        }

        /** Adds a pointer store that the application built itself, besides those that {@link ServiceLoader} finds. */
        public Builder pointerStore(PointerStore store) {
            builderState.pointerStores.add(store);
            return this;
        }

        /** What the sink of that name keeps. */
        public Builder retention(String sink, RetentionPolicy policy) {
            builderState.retention.put(sink, policy);
            return this;
        }

        /**
         * The clock that dates and names backups; for tests. What is the newest backup never depends on a clock, nor does
         * the deadline.
         */
        public Builder clock(Clock clock) {
            builderState.clock = clock;
            return this;
        }

        /**
         * Lets overlapping instances of the application take turns: during a deploy the new one gets the state from the old
         * one, with every change that was acknowledged, as soon as traffic reaches it. Takes effect where {@code DATABASE_URL}
         * is set, unless {@code BACKUP_HANDOFF=off}. Then {@link #install()} returns at once in {@link
         * BackupStatus.State#STANDBY} while another instance has the state, and {@link GracefulShutdown#write} and {@link
         * GracefulShutdown#read} are the only ways to it.
         *
         * @param description says what the application does when its turn comes and when it ends
         */
        public Builder handoff(Consumer<Handoff> description) {
            builderState.supportsHandoff = true;
            description.accept(new Handoff(builderState));
            return this;
        }

        /** Adds someone who is told what happened. */
        public Builder listener(BackupListener listener) {
            builderState.listeners.add(listener);
            return this;
        }

        /**
         * Checks the settings, restores the newest intact backup into the sources and arms the shutdown hook. Blocks its
         * caller until that is done; on an empty disk that is a fraction of a second. Where another instance has the state, see
         * {@link #handoff}, it returns at once.
         *
         * @throws BackupConfigurationException if settings are wrong; it names them all
         * @throws RestoreRefusedException if starting could lose a backup; nothing has been touched
         */
        public GracefulShutdown install() {
            return new GracefulShutdown(Engine.install(builderState));
        }

        /**
         * Asks all sinks and tells what {@link #install()} would do now, without doing it: no source is touched, nothing
         * stored, no hook armed.
         *
         * @throws BackupConfigurationException if settings are wrong; it names them all
         */
        public StartPlan plan() {
            return Engine.plan(builderState);
        }
    }
}
