package io.gracefulbackup.internal.config;

import io.gracefulbackup.BackupListener;
import io.gracefulbackup.DrainStep;
import io.gracefulbackup.RestoreReport;
import io.gracefulbackup.RetentionPolicy;
import io.gracefulbackup.StateSource;
import io.gracefulbackup.spi.BackupSink;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Everything {@code install()} needs to know, checked. Immutable.
 *
 * @param application whose backups these are
 * @param keys what seals and opens; there unless the problems say otherwise
 * @param timeout the one deadline of an exit
 * @param drainTimeout the share of all drain steps together
 * @param startTimeout for asking all sinks at start
 * @param interval the time between checkpoints, if there are to be any
 * @param start whether to restore
 * @param restoreTarget the one backup to restore, if the operator chose it
 * @param requireAllSinks whether every sink must answer at start
 * @param site where the application runs
 * @param render whether the platform is Render, which wipes the disk
 * @param handoff whether overlapping instances take turns
 * @param leaseTerm how long a renewal holds the lease by which they do
 * @param pullRequest whether this is a preview, which restores but never stores
 * @param keepLast how many backups PostgreSQL keeps, if the operator says so
 * @param instance this process, for people
 * @param registered what the host gave to the builder
 * @param warnings what the operator should know about the settings
 */
public record BackupConfig(
        String application,
        Optional<SecretKeys> keys,
        Duration timeout,
        Duration drainTimeout,
        Duration startTimeout,
        Optional<Duration> interval,
        StartPolicy start,
        Optional<RestoreTarget> restoreTarget,
        boolean requireAllSinks,
        Optional<String> site,
        boolean render,
        HandoffPolicy handoff,
        Duration leaseTerm,
        boolean pullRequest,
        Optional<Integer> keepLast,
        String instance,
        Registrations registered,
        List<String> warnings) {

    /** Names of places go into a backup's header, which has room for a few. */
    static final int LONGEST_TEXT = 200;

    private static final Duration USUAL_DRAIN = Duration.ofSeconds(3);

    /**
     * What the host gave to the builder, in its order.
     *
     * @param sources at least one, with unique names
     * @param drains drain steps by name
     * @param ignoredSections sections of older backups that may be dropped
     * @param sinks sinks besides those that are found
     * @param retention policies by the names of sinks
     * @param listeners those who are told
     * @param lock the lock under which the state does not change
     * @param clock dates and names backups
     * @param onActive what to do when this instance's turn comes
     * @param onRetire what to do when it ends
     */
    public record Registrations(
            List<StateSource> sources,
            Map<String, DrainStep> drains,
            Set<String> ignoredSections,
            List<BackupSink> sinks,
            Map<String, RetentionPolicy> retention,
            List<BackupListener> listeners,
            Optional<Lock> lock,
            Clock clock,
            List<Consumer<RestoreReport>> onActive,
            List<Runnable> onRetire) {}

    /**
     * Reads and checks everything. What is wrong goes to the problems, with a default in its place, so that the sinks can
     * be asked for their mistakes as well; the result is of use only if there are none in the end.
     *
     * @param providerSettings the names that only certain sinks read
     */
    public static BackupConfig resolve(
            BuilderState builderState,
            Settings settings,
            Set<String> providerSettings,
            ConfigurationProblems problems) {
        return resolve(builderState, settings, providerSettings, problems, Files::exists);
    }

    static BackupConfig resolve(
            BuilderState builderState,
            Settings settings,
            Set<String> providerSettings,
            ConfigurationProblems problems,
            Predicate<Path> exists) {
        Platform platform = new Platform(settings, exists);
        TypedSettings values = new TypedSettings(settings, problems);
        Optional<SecretKeys> keys = SecretKeys.read(settings, problems);
        List<String> warnings = new SettingsCheck(settings, providerSettings, problems).run();
        Duration timeout = values.duration("BACKUP_TIMEOUT").orElseGet(platform::defaultTimeout);
        StartPolicy start = values.start();
        Optional<RestoreTarget> byId =
                values.backupId(RestoreTarget.BY_ID).map(id -> new RestoreTarget(RestoreTarget.BY_ID, id.value()));
        Optional<RestoreTarget> byCid =
                values.shortText(RestoreTarget.BY_CID).map(cid -> new RestoreTarget(RestoreTarget.BY_CID, cid));
        Optional<RestoreTarget> restoreTarget = byId.or(() -> byCid);
        if (byId.isPresent() && byCid.isPresent()) {
            problems.add("BACKUP_RESTORE_ID and PINATA_RESTORE_CID both ask for a backup; unset one of them");
        }
        if (start == StartPolicy.EMPTY && restoreTarget.isPresent()) {
            problems.add(restoreTarget.get().setting()
                    + " asks for a backup and BACKUP_START=empty for none; unset one of them");
        }
        return new BackupConfig(
                values.application(),
                keys,
                timeout,
                drainTimeout(builderState, timeout, problems),
                values.duration("BACKUP_START_TIMEOUT").orElse(Duration.ofSeconds(60)),
                values.interval("BACKUP_INTERVAL"),
                start,
                restoreTarget,
                builderState.requireAllSinks,
                values.shortText("BACKUP_SITE").or(() -> values.shortText("RENDER_SERVICE_ID")),
                platform.isRender(),
                handoff(builderState, values.handoff(), problems),
                values.leaseTerm().orElse(Duration.ofSeconds(15)),
                values.flag("IS_PULL_REQUEST"),
                values.count("BACKUP_KEEP_LAST"),
                platform.instance(),
                registrations(builderState, problems),
                warnings);
    }

    /** Says nothing of what is in it. */
    @Override
    public String toString() {
        return "BackupConfig[" + application + "]";
    }

    private static Duration drainTimeout(BuilderState builderState, Duration timeout, ConfigurationProblems problems) {
        Duration share = timeout.multipliedBy(2).dividedBy(5);
        Duration configured = builderState.drainTimeout;
        if (configured == null) {
            return share.compareTo(USUAL_DRAIN) < 0 ? share : USUAL_DRAIN;
        }
        if (configured.isNegative() || configured.compareTo(share) > 0) {
            problems.add("drainTimeout is " + configured.toMillis()
                    + "ms; at most 40 % of BACKUP_TIMEOUT is possible, which is " + share.toMillis()
                    + "ms, so that time is left for the backup");
        }
        return configured;
    }

    /** Without word of the host that all its changes go through the gate, a lease would promise what it cannot hold. */
    private static HandoffPolicy handoff(
            BuilderState builderState, HandoffPolicy requested, ConfigurationProblems problems) {
        if (requested == HandoffPolicy.ON && !builderState.supportsHandoff) {
            problems.add(
                    "BACKUP_HANDOFF is \"on\", but the application is not made for it: call handoff(…) in the builder"
                            + " and send all changes through write(…), or unset BACKUP_HANDOFF");
        }
        return builderState.supportsHandoff ? requested : HandoffPolicy.OFF;
    }

    private static Registrations registrations(BuilderState builderState, ConfigurationProblems problems) {
        if (builderState.sources.isEmpty()) {
            problems.add("There is no source, so nothing would be saved; call source(…) before install(), or register a"
                    + " StateSource as a service");
        }
        builderState.repeatedDrains.forEach(
                name -> problems.add("Two drain steps are named \"" + name + "\"; each needs a name of its own"));
        Map<String, Integer> places = new LinkedHashMap<>();
        for (int i = 0; i < builderState.sources.size(); i++) {
            String name = builderState.sources.get(i).name();
            if (name.isBlank()) {
                problems.add("Source " + (i + 1) + " has no name; give it one, it names its section of the backup");
                continue;
            }
            Integer earlier = places.putIfAbsent(name, i + 1);
            if (earlier != null) {
                problems.add("Sources " + earlier + " and " + (i + 1) + " are both named \"" + name
                        + "\"; a section of the backup needs a name of its own");
            }
        }
        return new Registrations(
                List.copyOf(builderState.sources),
                Collections.unmodifiableMap(new LinkedHashMap<>(builderState.drains)),
                Set.copyOf(builderState.ignoredSections),
                List.copyOf(builderState.sinks),
                Map.copyOf(builderState.retention),
                List.copyOf(builderState.listeners),
                Optional.ofNullable(builderState.lock),
                builderState.clock,
                List.copyOf(builderState.onActive),
                List.copyOf(builderState.onRetire));
    }
}
