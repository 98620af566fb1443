package io.gracefulbackup;

import io.gracefulbackup.internal.config.BuilderState;
import io.gracefulbackup.internal.install.LifeCycle;
import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.BackupSinkProvider;
import io.gracefulbackup.spi.PointerStore;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.concurrent.locks.Lock;
import java.util.function.Consumer;

/**
 * Saves the state of an application at every exit and restores it at the next start.
 *
 * <p>{@code install} restores the newest intact backup and arms a shutdown hook. From then on SIGTERM, SIGINT, SIGHUP,
 * {@code System.exit} and the end of {@code main} save the state to all sinks at once, sealed with a key derived from
 * {@code SECRET_KEY}, within {@code BACKUP_TIMEOUT}. Call {@code install} once, early in {@code main}, before the
 * application accepts work:
 *
 * <pre>{@code
 * Map<String, String> owners = new ConcurrentHashMap<>();
 *
 * GracefulShutdown backup = GracefulShutdown.install(
 *         StateSource.json("owners", new TypeReference<Map<String, String>>() {}, () -> owners, saved -> {
 *             owners.clear();
 *             owners.putAll(saved);
 *         }));
 *
 * try {
 *     backup.write(() -> owners.put("SN-1", "Asha Rao"));
 *     // Tell the user that the change is made.
 * } catch (NotAcknowledgedException e) {
 *     // Tell the user to try again: the application is stopping.
 * }
 * }</pre>
 *
 * <p>A process that is killed (SIGKILL), halted or crashes saves nothing: it loses the changes since its last backup.
 * {@link Builder#checkpointEvery} makes backups while the application runs.
 *
 * <p>An instance of this class is the handle of one installation, safe for use by any number of threads. A process has
 * one installation of each application (setting {@code BACKUP_APP}) at a time. {@link #close()} makes the final backup and
 * ends the installation, for frameworks and tests that end an application without ending the process:
 *
 * <pre>{@code
 * try (GracefulShutdown backup = GracefulShutdown.install(source)) {
 *     serve(backup);
 * } // saved
 * }</pre>
 *
 * <p>Where the handle is needed before the sources exist, as with dependency injection, {@link Builder#prepare()} makes
 * the handle, and {@link #start} restores and arms.
 */
public final class GracefulShutdown implements AutoCloseable {
    private final LifeCycle lifeCycle;

    private GracefulShutdown(LifeCycle lifeCycle) {
        this.lifeCycle = lifeCycle;
    }

    /**
     * Installs with the given sources and all settings from system properties and the environment. See {@link
     * Builder#install()}.
     *
     * @throws BackupConfigurationException if a setting is wrong
     * @throws RestoreRefusedException if starting could lose a backup
     * @throws BackupException as {@link Builder#install()}
     */
    public static GracefulShutdown install(StateSource... sources) {
        Builder builder = builder();
        Arrays.stream(sources).forEach(builder::source);
        return builder.install();
    }

    /**
     * Installs with the sources that {@link ServiceLoader} finds and all settings from system properties and the
     * environment. See {@link Builder#install()}.
     *
     * @throws BackupConfigurationException if a setting is wrong, or no source is found
     * @throws RestoreRefusedException if starting could lose a backup
     * @throws BackupException as {@link Builder#install()}
     */
    public static GracefulShutdown install() {
        return install(ServiceLoader.load(StateSource.class).stream()
                .map(ServiceLoader.Provider::get)
                .toArray(StateSource[]::new));
    }

    /** Creates a builder, for applications that need more than sources. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Starts a {@linkplain Builder#prepare() prepared} handle: validates the settings, restores the newest intact backup
     * into the sources and arms the final backup. A handle starts once; if this method throws, it may be called again.
     * {@link Builder#install()} describes what happens.
     *
     * @param sources sources in addition to those of the builder
     * @throws BackupConfigurationException if the configuration is wrong; it reports all problems at once
     * @throws RestoreRefusedException if starting could lose a backup
     * @throws BackupException if the handle was started or closed already; else as {@link Builder#install()}
     */
    public void start(StateSource... sources) {
        lifeCycle.start(List.of(sources));
    }

    /**
     * Makes a change that may be acknowledged to a user. When this method returns, the action has ended before the
     * snapshot of the final backup begins, so that backup contains the change. A change reaches the sinks with the next
     * backup, not at once.
     *
     * <p>The action runs on the calling thread. Any number of changes run at the same time, and none waits for another;
     * the action itself takes the locks that the state needs. What the action throws reaches the caller unchanged.
     *
     * <pre>{@code
     * Receipt receipt = backup.write(() -> {
     *     synchronized (ledger) {
     *         return ledger.transfer(from, to);
     *     }
     * });
     * return Response.ok(receipt); // only now
     * }</pre>
     *
     * <p>An exit first runs the {@linkplain Builder#drain drain steps}; changes are accepted during that time. Then it
     * closes the gate, waits at most a tenth of {@code BACKUP_TIMEOUT} for the changes in progress, and begins its
     * snapshot. A change that comes later is refused without running. A change that takes longer is not acknowledged,
     * although it has run. Likewise, changes are refused before {@link #start}, while {@link #restore} replaces the
     * state, and after {@link #close} and {@link #uninstall}.
     *
     * <p>Where instances {@linkplain Builder#handoff overlap}, the first change on an instance without the state asks
     * the other instance to hand over, and waits up to 5 s for that. Otherwise this method does not wait.
     *
     * <p>A call within the action of another call is a change of its own: it is refused when the gate closes between
     * the two. Do not call this method from a {@link StateSource}. In {@link StateSource#readFrom} it is refused; in
     * {@link StateSource#writeTo} the change may miss the backup that is being written.
     *
     * @return what the action returned
     * @throws NotAcknowledgedException if the change is not certain to be in the final backup; the action may or may
     *     not have run
     * @throws X if the action throws it
     */
    public <T, X extends Exception> T write(StateAction<T, X> action) throws X {
        Objects.requireNonNull(action, "action");
        return lifeCycle.engineForState().write(action);
    }

    /** Makes a change without a result. See {@link #write(StateAction)}. */
    public <X extends Exception> void write(StateAction.WithoutResult<X> action) throws X {
        Objects.requireNonNull(action, "action");
        lifeCycle.engineForState().write(() -> {
            action.run();
            return Boolean.TRUE;
        });
    }

    /**
     * Reads the state, where instances {@linkplain Builder#handoff overlap}. Runs the action on the calling thread if
     * this instance has the state; otherwise asks the other instance to hand over, as {@link #write} does, and waits up
     * to 5 s for that. Without a lease the action always runs at once.
     *
     * <p>The result was current when the action began, and this instance still had the state when it ended; if not,
     * another instance may have changed it meanwhile, and this method throws. It does not exclude changes or a
     * {@linkplain #restore restore}; the action itself takes the locks that the state needs.
     *
     * <p>May be called within the action of another call, and of {@link #write}.
     *
     * @return what the action returned
     * @throws NotAcknowledgedException if this instance does not have the state and did not get it within 5 s, so that
     *     the action has not run; or if it lost the state while the action ran, so that the result may be out of date
     * @throws X if the action throws it
     */
    public <T, X extends Exception> T read(StateAction<T, X> action) throws X {
        Objects.requireNonNull(action, "action");
        return lifeCycle.engineForState().read(action);
    }

    /**
     * Asks the instance that has the state to hand over, as the first {@link #write} does, and waits up to 5 s for
     * that. For applications that learn by other means that traffic now reaches this instance. Returns at once if this
     * instance has the state, and where there is no lease.
     *
     * @throws NotAcknowledgedException if this instance did not get the state within 5 s; it may ask again
     */
    public void requestHandoff() {
        lifeCycle.engineForState().requestHandoff();
    }

    /** The state of the library, as in {@link #status()}. */
    public BackupStatus.State state() {
        return lifeCycle.status().state();
    }

    /**
     * Waits until this instance accepts changes. Does not ask for the state; see {@link #requestHandoff()}.
     *
     * @param timeout the longest time to wait
     * @return false if this instance did not accept changes in time, or never will: the final backup has begun, or the
     *     handle is closed
     * @throws InterruptedException if the calling thread is interrupted
     * @throws NotAcknowledgedException if {@link #start} has not been called
     */
    public boolean awaitActive(Duration timeout) throws InterruptedException {
        Objects.requireNonNull(timeout, "timeout");
        return lifeCycle.engineForState().awaitActive(timeout);
    }

    /**
     * Makes a backup now, while the application runs, and waits for it. The snapshot, and all sinks at the same time,
     * run on threads of the library. The backup has {@code BACKUP_TIMEOUT}, counted from the end of the run before it;
     * this method waits for at most three times {@code BACKUP_TIMEOUT}.
     *
     * <p>Only one backup runs at a time. A call joins a backup that waits for its turn; it does not join one that has
     * begun, since that snapshot may be older than the call. Once the exit has begun, a call waits for the backup of
     * the exit.
     *
     * <p>The gate of {@link #write} stays open, so this method may be called within a change; the backup then contains
     * what the change has done by then. Do not call it
     *
     * <ul>
     *   <li>with the lock of {@link Builder#snapshotUnder} held: the snapshot needs that lock;
     *   <li>from a {@link DrainStep}, which is refused: the final backup waits for the step, and follows it;
     *   <li>from a {@link StateSource}: the new backup waits for the one that calls the source.
     * </ul>
     *
     * @param name the name of the backup, for people
     * @return the outcome. Failures of sinks and sources are reported there and not thrown
     * @throws BackupException if this instance does not have the state, nothing is saved any more ({@link
     *     BackupStatus.State#CLOSED}), the caller is a drain step, or an unexpected error ends the backup; also if the
     *     calling thread is interrupted or the backup does not end in time: then a backup that waits for its turn is
     *     withdrawn, and one that has begun continues
     */
    public BackupReport backupNow(String name) {
        Objects.requireNonNull(name, "name");
        return lifeCycle.engine().backupNow(name);
    }

    /**
     * Replaces the state of the running application by a backup, and waits for that. The steps are:
     *
     * <ol>
     *   <li>Find and fetch the backup, and authenticate it completely; if a copy is damaged or cannot be read, the next
     *       one. Sinks have 60 s to answer, and 10 s once one of them has shown the backup; the transfer has no limit,
     *       but is abandoned after a minute without progress. Check that the sources can take every section, and that
     *       a source without a section {@linkplain StateSource#canStartEmpty can be emptied}.
     *   <li>Refuse new changes, and wait up to 10 s for those in progress. Until the sources have read, {@link #write}
     *       throws {@link NotAcknowledgedException}.
     *   <li>Save the present state as a "Pre-restore backup", within {@code BACKUP_TIMEOUT}.
     *   <li>Wait up to 10 s until no snapshot uses the state, then let the sources {@linkplain StateSource#readFrom
     *       read}, without a limit of time. No snapshot is taken meanwhile.
     *   <li>Save the restored state as the newest backup, within {@code BACKUP_TIMEOUT}, so that the next start
     *       restores it.
     * </ol>
     *
     * <p>Up to the fourth step a failure changes nothing in memory. If a source fails, all sources read the pre-restore
     * backup again. If that fails too, the state in memory is neither the old nor the new one: it is not saved any
     * more, not even at the exit, and the application should be restarted; the message names the pre-restore backup.
     *
     * <p>Backups wait while a restore runs, and a restore waits for the backup that is running. If the exit begins
     * first, the restore ends before its fourth step. If the sources have begun to read, the exit waits at most a fifth
     * of {@code BACKUP_TIMEOUT} for them; if they have not ended by then, it saves nothing.
     *
     * <p>The sources read on a thread of the library, without the lock of {@link Builder#snapshotUnder}: each takes the
     * locks that it needs. So do not call this method while holding such a lock, nor from a source, nor within {@link
     * #write}: it would wait for that change.
     *
     * @param id the backup, in any sink
     * @return what was restored; {@link #restoreReport} returns the same from then on
     * @throws BackupException if the library is not {@link BackupStatus.State#ACTIVE}, the backup was not restored, or
     *     the calling thread is interrupted, which ends a restore before its fourth step; the message says whether
     *     anything has changed, or that the restore continues
     * @throws RestoreRefusedException if the backup has a section that no source claims, or a section of a newer
     *     version; if it lacks the section of a source that cannot be emptied; or if its copies need another key or a
     *     later version of the library. Nothing has changed
     */
    public RestoreReport restore(BackupId id) {
        Objects.requireNonNull(id, "id");
        return lifeCycle.engine().restore(id);
    }

    /**
     * Protects a backup from retention in every sink that holds it, until {@link #unprotect}. A protected backup does
     * not count towards what the policy of a sink keeps. Protection is stored in the sinks, so it outlives this
     * process.
     *
     * <p>Takes at most {@code BACKUP_START_TIMEOUT} in all. The headers of all entries are read only if no sink shows
     * the backup in its listing. Sinks are called on threads of the library. If some sinks fail or do not answer in
     * time, the others protect the backup all the same; a call may be repeated.
     *
     * @return which sinks protect it now, and which do not and why
     * @throws BackupException if no sink shows the backup, and then the message lists the ids that they show; or if the
     *     calling thread is interrupted
     */
    public ProtectionReport protect(BackupId id) {
        Objects.requireNonNull(id, "id");
        return lifeCycle.engine().protect(id, true);
    }

    /**
     * Ends the protection of a backup, so that retention treats it as any other. If it was kept because the state
     * shrank after it, this acknowledges the smaller state, with effect from the next backup. Takes as long as {@link
     * #protect}.
     *
     * @return which sinks do not protect it any more, and which may still do so and why
     * @throws BackupException if no sink shows the backup, and then the message lists the ids that they show; or if the
     *     calling thread is interrupted
     */
    public ProtectionReport unprotect(BackupId id) {
        Objects.requireNonNull(id, "id");
        return lifeCycle.engine().protect(id, false);
    }

    /**
     * Reports what retention would do in each sink now: every entry, whether it would stay, and why. Deletes nothing.
     * Reads the headers of all entries, which takes time where a sink is remote; waits for at most {@code
     * BACKUP_START_TIMEOUT}.
     *
     * @throws BackupException if the calling thread is interrupted
     */
    public List<RetentionReport> previewRetention() {
        return lifeCycle.engine().previewRetention();
    }

    /** How the application came by its state: at the start, by the last {@link #restore}, or from another instance. */
    public RestoreReport restoreReport() {
        return lifeCycle.status().restore();
    }

    /**
     * The state of the library at this moment. Returns at once, and asks no sink. The answer may be out of date when it
     * arrives: do not decide by it whether a change is safe, but make the change through {@link #write}.
     */
    public BackupStatus status() {
        return lifeCycle.status();
    }

    /**
     * Makes the final backup now, and waits for it: what the shutdown hook does, for frameworks and applications that stop
     * in an order of their own. Runs the drain steps, closes the gate of {@link #write} for good, saves, leaves the receipt
     * and tells the listeners.
     *
     * <p>The final backup is made once: a later call, {@link #close} or the shutdown hook does not make another one, but
     * waits for the one that has begun. The sinks stay open, and the application stays installed, until {@link #close} or
     * {@link #uninstall} or the end of the process. Interrupting the calling thread does not shorten the backup.
     *
     * <p>A call from a {@link DrainStep} is refused. Do not call this method from a {@link StateSource}, for which it
     * waits, nor within {@link #write} or while holding the lock of {@link Builder#snapshotUnder}.
     *
     * @param reason why the application stops, for messages and for the header of the backup
     * @param timeout the time that the final backup has in all
     * @return the outcome; failures are reported there and not thrown
     * @throws IllegalArgumentException if the timeout is not positive
     * @throws BackupException if {@link #start} has not been called
     */
    public BackupReport shutdown(ShutdownReason reason, Duration timeout) {
        Objects.requireNonNull(reason, "reason");
        return lifeCycle.shutdown(reason, Arguments.positive(timeout, "timeout"));
    }

    /**
     * Makes the final backup within {@code BACKUP_TIMEOUT}, as {@link #shutdown} does, and ends the installation: removes
     * the shutdown hook, releases the lease, and closes the sinks and pointer stores, also those that the application
     * has passed to the builder. Then no thread of the library is left, and the application can be installed again.
     *
     * <p>Idempotent. If the exit of the process has begun, this method only waits for the final backup. On a handle that
     * was not started it saves nothing, and the handle cannot be started any more. A {@link #start} that is under way is
     * waited for, for up to 5 s; one that takes longer ends without having accepted anything.
     *
     * @throws BackupException if there was a state to save and no sink has stored it. The installation has ended all the
     *     same
     */
    @Override
    public void close() {
        lifeCycle.close();
    }

    /**
     * Ends the installation as {@link #close} does, and saves nothing: the state in memory is not the application's any
     * more, as after a test. Use {@link #close} wherever the state matters. Does nothing while the final backup is being
     * made, and when the exit of the process has begun. Takes a few seconds at most.
     *
     * <p>From then on {@link #write} and {@link #backupNow} throw; changes in progress are not acknowledged. A backup in
     * progress is not waited for, and may fail since its sinks are closed.
     */
    public void uninstall() {
        lifeCycle.uninstall();
    }

    /** The name of the application and the state of the library, without secrets. */
    @Override
    public String toString() {
        return "GracefulShutdown[" + lifeCycle + "]";
    }

    /**
     * Collects what an installation needs. Settings that are not given here come from system properties and the
     * environment. Not safe for use by several threads; use a builder for one installation.
     *
     * <pre>{@code
     * GracefulShutdown backup = GracefulShutdown.builder()
     *         .source(StateSource.of("blocks", ledger::writeBlocks, ledger::readBlocks))
     *         .source(StateSource.json("names", Names.class, ledger::names, ledger::replaceNames))
     *         .snapshotUnder(ledger.readLock()) // no change while the sources write
     *         .drain("http", deadline -> server.stop()) // requests in progress may finish
     *         .checkpointEvery(Duration.ofMinutes(5)) // against SIGKILL
     *         .install();
     * }</pre>
     */
    public static final class Builder {
        private final BuilderState builderState = new BuilderState();

        private Builder() {}

        /** Adds a part of the state. Sources write in the order in which they were added. */
        public Builder source(StateSource source) {
            builderState.sources.add(Objects.requireNonNull(source, "source"));
            return this;
        }

        /**
         * Adds a step that runs at the exit, before the snapshot. Steps run one after the other, in the order in which
         * they were added.
         *
         * @param name the name of the step in messages; unique
         */
        public Builder drain(String name, DrainStep step) {
            Objects.requireNonNull(name, "name");
            if (builderState.drains.putIfAbsent(name, Objects.requireNonNull(step, "step")) != null) {
                builderState.repeatedDrains.add(name);
            }
            return this;
        }

        /**
         * Limits the time of all drain steps together. The default is 3 s, or 40 % of {@code BACKUP_TIMEOUT} if that is
         * less; a longer time than those 40 % is a configuration error.
         */
        public Builder drainTimeout(Duration time) {
            builderState.drainTimeout = Arguments.notNegative(time, "time");
            return this;
        }

        /**
         * Sets the lock under which the state does not change. For each backup one thread of the library takes it, lets
         * all sources write and releases it. It waits at most a fifth of {@code BACKUP_TIMEOUT} for the lock; if it
         * does not get the lock, there is no backup. If no lock is set, the sources must be consistent among
         * themselves.
         */
        public Builder snapshotUnder(Lock lock) {
            builderState.lock = Objects.requireNonNull(lock, "lock");
            return this;
        }

        /** Allows a restore to drop a section of older backups for which the application no longer has a source. */
        public Builder ignoreSection(String name) {
            builderState.ignoredSections.add(Objects.requireNonNull(name, "name"));
            return this;
        }

        /**
         * Ignores a name in the environment or a system property that is not meant for this library, such as a {@code DATABASE_URL}
         * of the application's own.
         */
        public Builder ignoreSetting(String name) {
            builderState.ignoredSettings.add(Objects.requireNonNull(name, "name"));
            return this;
        }

        /**
         * Sets a value for a setting, by the name of its environment variable, such as {@code BACKUP_FILE}. It takes
         * precedence over system properties and the environment. Secrets can be set as well.
         */
        public Builder setting(String name, String value) {
            builderState.settings.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value"));
            return this;
        }

        /** Sets the name of the application ({@code BACKUP_APP}), which sinks and messages use. */
        public Builder application(String name) {
            return setting("BACKUP_APP", name);
        }

        /** Sets the time that an exit has in all ({@code BACKUP_TIMEOUT}); every other backup has as much. */
        public Builder timeout(Duration time) {
            return setting("BACKUP_TIMEOUT", Arguments.positive(time, "time").toMillis() + "ms");
        }

        /**
         * Makes a backup at regular intervals while the application runs ({@code BACKUP_INTERVAL}). A process that is
         * killed loses the changes since the last one. A state that every sink already holds is not stored again. Each
         * such checkpoint has {@code BACKUP_TIMEOUT}.
         *
         * @param interval from the beginning of one checkpoint to the beginning of the next; at least one second
         */
        public Builder checkpointEvery(Duration interval) {
            return setting(
                    "BACKUP_INTERVAL", Arguments.positive(interval, "interval").toMillis() + "ms");
        }

        /**
         * Refuses the start unless every sink answers, because a sink that does not answer may hold a newer backup. A setting of a
         * sink whose module is missing is an error then.
         */
        public Builder requireAllSinks() {
            builderState.requireAllSinks = true;
            return this;
        }

        /** Adds a sink that the application has built, in addition to those that {@link ServiceLoader} finds. */
        public Builder sink(BackupSink sink) {
            builderState.sinks.add(Objects.requireNonNull(sink, "sink"));
            return this;
        }

        /**
         * Adds a provider, in addition to those that {@link ServiceLoader} finds. Its sink is opened with the settings, as theirs
         * are.
         */
        public Builder provider(BackupSinkProvider provider) {
            builderState.providers.add(Objects.requireNonNull(provider, "provider"));
            return this;
        }

        /**
         * Adds a pointer store that the application has built, in addition to those that {@link ServiceLoader} finds.
         */
        public Builder pointerStore(PointerStore store) {
            builderState.pointerStores.add(Objects.requireNonNull(store, "store"));
            return this;
        }

        /** Sets the retention policy of the sink of that name. */
        public Builder retention(String sink, RetentionPolicy policy) {
            builderState.retention.put(Objects.requireNonNull(sink, "sink"), Objects.requireNonNull(policy, "policy"));
            return this;
        }

        /**
         * Sets the clock that dates and names backups; for tests. Neither deadlines nor the question which backup is
         * the newest depend on it.
         */
        public Builder clock(Clock clock) {
            builderState.clock = Objects.requireNonNull(clock, "clock");
            return this;
        }

        /**
         * Lets overlapping instances of the application take turns. During a deploy the new instance gets the state
         * from the old one, with every acknowledged change, as soon as traffic reaches it.
         *
         * <p>Takes effect where a sink keeps a lease (the PostgreSQL sink, if {@code DATABASE_URL} is set), unless
         * {@code BACKUP_HANDOFF=off}. Then {@link #install()} does not wait for another instance that has the state,
         * but returns in {@link BackupStatus.State#STANDBY}. Make every change through {@link GracefulShutdown#write}
         * and read the state through {@link GracefulShutdown#read}: both ask for the state where this instance does not
         * have it.
         *
         * <pre>{@code
         * GracefulShutdown backup = GracefulShutdown.builder()
         *         .source(StateSource.of("blocks", ledger::writeBlocks, ledger::readBlocks))
         *         .snapshotUnder(ledger.readLock())
         *         .handoff(handoff -> handoff
         *                 .onActive(report -> {
         *                     if (report.outcome() == RestoreReport.Outcome.EMPTY) {
         *                         ledger.addGenesisBlock(); // directly, not through write(…)
         *                     }
         *                     jobs.start();
         *                 })
         *                 .onRetire(jobs::stop))
         *         .install();
         * }</pre>
         *
         * @param description receives the object on which to register the actions; called at once
         */
        public Builder handoff(Consumer<Handoff> description) {
            Objects.requireNonNull(description, "description");
            builderState.supportsHandoff = true;
            description.accept(new Handoff(builderState));
            return this;
        }

        /**
         * Uses only what this builder is given: reads no system properties and no environment variables, and looks for no
         * providers. For tests: a {@code DATABASE_URL} in the shell of a developer never reaches a test. {@code
         * SECRET_KEY} and the sinks must then be given to the builder.
         */
        public Builder isolated() {
            builderState.isIsolated = true;
            return this;
        }

        /**
         * Installs no shutdown hook in the JVM: the application, or its framework, calls {@link GracefulShutdown#shutdown}
         * or {@link GracefulShutdown#close} when it stops. Without that call nothing is saved. Shutdown hooks run at the
         * same time, so a framework that stops in a hook of its own must save in there, after its last request.
         */
        public Builder withoutShutdownHook() {
            builderState.usesHook = false;
            return this;
        }

        /** Adds a listener, which receives the lifecycle events of the library. */
        public Builder listener(BackupListener listener) {
            builderState.listeners.add(Objects.requireNonNull(listener, "listener"));
            return this;
        }

        /**
         * Makes a handle without touching anything: no setting is read, no sink opened, nothing restored. Until {@link
         * GracefulShutdown#start} is called, {@link GracefulShutdown#write} and {@link GracefulShutdown#read} throw {@link
         * NotAcknowledgedException}, and nothing is saved. So a service that is itself a source can be given the handle
         * that it writes through:
         *
         * <pre>{@code
         * GracefulShutdown backup = GracefulShutdown.builder().prepare();
         * Ledger ledger = new Ledger(backup); // calls backup.write(…) later
         * backup.start(StateSource.of("blocks", ledger::writeBlocks, ledger::readBlocks));
         * }</pre>
         *
         * <p>The start sees what was given to this builder until then.
         */
        public GracefulShutdown prepare() {
            return new GracefulShutdown(new LifeCycle(builderState));
        }

        /**
         * Validates the settings, restores the newest intact backup into the sources and arms the shutdown hook. The
         * rest runs in the background: warming up, and storing the restored backup in sinks that lack it.
         *
         * <p>Returns when the sources have read the backup; or, if it is proven that there is none or {@code
         * BACKUP_START=empty} is set, when they were told to {@linkplain StateSource#startEmpty start empty}. The sinks
         * have {@code BACKUP_START_TIMEOUT} to answer; it may pass in full while one of them is unreachable. The
         * transfer of the backup has no limit, but is abandoned after a minute without progress; the sources have no
         * limit either. The sources read on the calling thread.
         *
         * <p>With a {@linkplain #handoff lease} the sources read on a thread of the library. This method then returns
         * as soon as it is known that another instance has the state, or if nothing is known after 10 s. If this
         * instance gets the state, it waits for the restore without a limit, and for the {@link Handoff#onActive}
         * actions until 10 s after the call.
         *
         * <p>If the exit has begun meanwhile, the returned handle saves nothing and acknowledges nothing; its state is
         * {@link BackupStatus.State#CLOSED}. If this method throws, no hook is armed and all sinks are closed; but if the
         * configuration is wrong or the application is installed already, sinks that were given to the builder stay open.
         * The library closes those when the installation ends.
         *
         * @throws BackupConfigurationException if the configuration is wrong; it reports all problems at once, and
         *     nothing has been touched
         * @throws RestoreRefusedException if starting could lose a backup. Nothing has been stored or deleted; sources
         *     may have read a backup
         * @throws BackupException if this application is already installed in this process, by whichever class loader: the
         *     message names the caller that came first, and nothing has been touched. {@link GracefulShutdown#close} and
         *     {@link GracefulShutdown#uninstall} make room. Also if the calling thread is interrupted
         */
        public GracefulShutdown install() {
            GracefulShutdown handle = prepare();
            handle.start();
            return handle;
        }

        /**
         * Asks all sinks and returns what {@link #install()} would do now, without doing it: no source is called,
         * nothing is stored, no hook is armed, and sinks that were given to the builder stay open. Takes at most about
         * {@code BACKUP_START_TIMEOUT}.
         *
         * @throws BackupConfigurationException if the configuration is wrong; it reports all problems at once
         * @throws BackupException if the calling thread is interrupted
         */
        public StartPlan dryRun() {
            return LifeCycle.dryRun(builderState);
        }
    }
}
