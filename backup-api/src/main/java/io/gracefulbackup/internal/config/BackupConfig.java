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
 * @param wanted the one backup to restore, if the operator chose it
 * @param requireAllSinks whether every sink must answer at start
 * @param site where the application runs
 * @param render whether the platform is Render, which wipes the disk
 * @param handoff whether overlapping instances take turns
 * @param leaseTerm how long a renewal holds the lease by which they do
 * @param pullRequest whether this is a preview, which restores but never stores
 * @param keepLast how many backups PostgreSQL keeps, if the operator says so
 * @param instance this process, for people
 * @param host what the host gave to the builder
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
        Optional<RestoreTarget> wanted,
        boolean requireAllSinks,
        Optional<String> site,
        boolean render,
        HandoffPolicy handoff,
        Duration leaseTerm,
        boolean pullRequest,
        Optional<Integer> keepLast,
        String instance,
        Host host,
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
    public record Host(
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
            BuilderState plan, Settings settings, Set<String> providerSettings, Problems problems) {
        return resolve(plan, settings, providerSettings, problems, Files::exists);
    }

    static BackupConfig resolve(
            BuilderState plan,
            Settings settings,
            Set<String> providerSettings,
            Problems problems,
            Predicate<Path> exists) {
        Platform platform = new Platform(settings, exists);
        Values values = new Values(settings, problems);
        Optional<SecretKeys> keys = SecretKeys.read(settings, problems);
        List<String> warnings = new SettingsCheck(settings, providerSettings, problems).run();
        Duration timeout = values.duration("BACKUP_TIMEOUT").orElseGet(platform::defaultTimeout);
        StartPolicy start = values.start();
        Optional<RestoreTarget> byId =
                values.backupId(RestoreTarget.BY_ID).map(id -> new RestoreTarget(RestoreTarget.BY_ID, id.value()));
        Optional<RestoreTarget> byCid =
                values.shortText(RestoreTarget.BY_CID).map(cid -> new RestoreTarget(RestoreTarget.BY_CID, cid));
        Optional<RestoreTarget> wanted = byId.or(() -> byCid);
        if (byId.isPresent() && byCid.isPresent()) {
            problems.add("BACKUP_RESTORE_ID and PINATA_RESTORE_CID both ask for a backup; unset one of them");
        }
        if (start == StartPolicy.EMPTY && wanted.isPresent()) {
            problems.add(
                    wanted.get().setting() + " asks for a backup and BACKUP_START=empty for none; unset one of them");
        }
        return new BackupConfig(
                values.application(),
                keys,
                timeout,
                drainTimeout(plan, timeout, problems),
                values.duration("BACKUP_START_TIMEOUT").orElse(Duration.ofSeconds(60)),
                values.interval("BACKUP_INTERVAL"),
                start,
                wanted,
                plan.requireAllSinks,
                values.shortText("BACKUP_SITE").or(() -> values.shortText("RENDER_SERVICE_ID")),
                platform.isRender(),
                handoff(plan, values.handoff(), problems),
                values.leaseTerm().orElse(Duration.ofSeconds(15)),
                values.flag("IS_PULL_REQUEST"),
                values.count("BACKUP_KEEP_LAST"),
                platform.instance(),
                host(plan, problems),
                warnings);
    }

    /** Says nothing of what is in it. */
    @Override
    public String toString() {
        return "BackupConfig[" + application + "]";
    }

    private static Duration drainTimeout(BuilderState plan, Duration timeout, Problems problems) {
        Duration share = timeout.multipliedBy(2).dividedBy(5);
        Duration given = plan.drainTimeout;
        if (given == null) {
            return share.compareTo(USUAL_DRAIN) < 0 ? share : USUAL_DRAIN;
        }
        if (given.isNegative() || given.compareTo(share) > 0) {
            problems.add(
                    "drainTimeout is " + given.toMillis() + "ms; at most 40 % of BACKUP_TIMEOUT is possible, which is "
                            + share.toMillis() + "ms, so that time is left for the backup");
        }
        return given;
    }

    /** Without word of the host that all its changes go through the gate, a lease would promise what it cannot hold. */
    private static HandoffPolicy handoff(BuilderState plan, HandoffPolicy asked, Problems problems) {
        if (asked == HandoffPolicy.ON && !plan.handsOver) {
            problems.add(
                    "BACKUP_HANDOFF is \"on\", but the application is not made for it: call handoff(…) in the builder"
                            + " and send all changes through write(…), or unset BACKUP_HANDOFF");
        }
        return plan.handsOver ? asked : HandoffPolicy.OFF;
    }

    private static Host host(BuilderState plan, Problems problems) {
        if (plan.sources.isEmpty()) {
            problems.add("There is no source, so nothing would be saved; call source(…) before install(), or register a"
                    + " StateSource as a service");
        }
        plan.repeatedDrains.forEach(
                name -> problems.add("Two drain steps are named \"" + name + "\"; each needs a name of its own"));
        Map<String, Integer> places = new LinkedHashMap<>();
        for (int i = 0; i < plan.sources.size(); i++) {
            String name = plan.sources.get(i).name();
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
        return new Host(
                List.copyOf(plan.sources),
                Collections.unmodifiableMap(new LinkedHashMap<>(plan.drains)),
                Set.copyOf(plan.ignoredSections),
                List.copyOf(plan.sinks),
                Map.copyOf(plan.retention),
                List.copyOf(plan.listeners),
                Optional.ofNullable(plan.lock),
                plan.clock,
                List.copyOf(plan.onActive),
                List.copyOf(plan.onRetire));
    }
}
