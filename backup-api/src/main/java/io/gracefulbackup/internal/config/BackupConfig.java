package io.gracefulbackup.internal.config;

import io.gracefulbackup.BackupListener;
import io.gracefulbackup.DrainStep;
import io.gracefulbackup.RestoreReport;
import io.gracefulbackup.RetentionPolicy;
import io.gracefulbackup.StateSource;
import io.gracefulbackup.internal.json.JsonSection;
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
import org.jspecify.annotations.Nullable;

/**
 * The validated configuration of one installation. Immutable.
 *
 * @param application the name of the application that the backups belong to
 * @param keys the secret keys; empty only if a problem was reported
 * @param timeout the time that an exit has in all
 * @param drainTimeout the time that all drain steps have together
 * @param startTimeout the time that all sinks have to answer at start
 * @param interval the time between checkpoints; empty if there are none
 * @param rehearses whether backups are rehearsed
 * @param start whether to restore a backup
 * @param restoreTarget the one backup to restore, if the operator chose it
 * @param drops the properties that a restore leaves out of JSON sections, by the names of the sections
 * @param requireAllSinks whether every sink must answer at start
 * @param site where the application runs, if that has a name
 * @param overlappingPlatform the platform, if it starts a new instance before it stops the old one
 * @param disk how long files live that are not on a mounted disk
 * @param usesHook whether a shutdown hook makes the final backup
 * @param handoff whether overlapping instances take turns
 * @param leaseTerm how long a renewal of the lease is valid
 * @param pullRequest whether this instance is the preview of a pull request, which restores but never stores
 * @param keepLast how many backups PostgreSQL keeps, if that is set
 * @param backupDirectory where the backup file goes; empty if there is none
 * @param instance the name of this process, for people
 * @param registered the objects that the application gave to the builder
 * @param warnings remarks about the settings, for the operator
 */
public record BackupConfig(
        String application,
        Optional<SecretKeys> keys,
        Duration timeout,
        Duration drainTimeout,
        Duration startTimeout,
        Optional<Duration> interval,
        boolean rehearses,
        StartPolicy start,
        Optional<RestoreTarget> restoreTarget,
        Map<String, Set<String>> drops,
        boolean requireAllSinks,
        Optional<String> site,
        Optional<String> overlappingPlatform,
        DiskLifetime disk,
        boolean usesHook,
        HandoffPolicy handoff,
        Duration leaseTerm,
        boolean pullRequest,
        Optional<Integer> keepLast,
        Optional<Path> backupDirectory,
        String instance,
        Registrations registered,
        List<String> warnings) {

    /** The header of a backup has limited space for names. */
    public static final int LONGEST_TEXT = 200;

    private static final Duration DEFAULT_DRAIN_TIMEOUT = Duration.ofSeconds(3);

    /**
     * The objects that the application gave to the builder, in the order in which it gave them.
     *
     * @param sources at least one, with unique names
     * @param drains drain steps by name
     * @param ignoredSections names of sections of older backups that may be dropped
     * @param sinks sinks in addition to those that {@link java.util.ServiceLoader} finds
     * @param retention retention policies by the names of sinks
     * @param listeners receive the lifecycle events
     * @param lock the lock under which the state does not change
     * @param clock dates and names the backups
     * @param onActive actions for the time when this instance becomes active
     * @param onRetire actions for the time when it stops being active
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
     * Reads and validates everything. A wrong value is added to the problems and replaced by a default, so that the sinks
     * can be opened and report their problems as well. Use the result only if there are no problems in the end.
     *
     * @param providerSettings the names of the settings that only certain sinks read
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
            problems.add("BACKUP_RESTORE_ID and PINATA_RESTORE_CID each choose a backup; unset one of them");
        }
        if (start == StartPolicy.EMPTY && restoreTarget.isPresent()) {
            problems.add(restoreTarget.get().setting()
                    + " chooses a backup, but BACKUP_START=empty starts without one; unset one of them");
        }
        Registrations registered = registrations(builderState, problems);
        return new BackupConfig(
                values.application(),
                keys,
                timeout,
                drainTimeout(builderState, timeout, problems),
                values.duration("BACKUP_START_TIMEOUT").orElse(Duration.ofSeconds(60)),
                values.interval("BACKUP_INTERVAL"),
                values.rehearses(),
                start,
                restoreTarget,
                values.drops(registered.sources().stream()
                        .filter(source -> source.name() != null)
                        .toList()),
                builderState.requireAllSinks,
                values.shortText("BACKUP_SITE").or(() -> values.shortText("RENDER_SERVICE_ID")),
                platform.overlaps(),
                platform.disk(),
                builderState.usesHook,
                handoff(builderState, values.handoff(), problems),
                values.leaseTerm().orElse(Duration.ofSeconds(15)),
                values.flag("IS_PULL_REQUEST"),
                values.count("BACKUP_KEEP_LAST"),
                values.directoryOf("BACKUP_FILE"),
                platform.instance(),
                registered,
                warnings);
    }

    /** The name of the application, and no setting. */
    @Override
    public String toString() {
        return "BackupConfig[" + application + "]";
    }

    private static Duration drainTimeout(BuilderState builderState, Duration timeout, ConfigurationProblems problems) {
        Duration share = timeout.multipliedBy(2).dividedBy(5);
        Duration configured = builderState.drainTimeout;
        if (configured == null) {
            return share.compareTo(DEFAULT_DRAIN_TIMEOUT) < 0 ? share : DEFAULT_DRAIN_TIMEOUT;
        }
        if (configured.isNegative() || configured.compareTo(share) > 0) {
            problems.add("drainTimeout is " + configured.toMillis()
                    + "ms; at most 40 % of BACKUP_TIMEOUT is allowed, which is " + share.toMillis()
                    + "ms, so that enough time is left for the backup");
        }
        return configured;
    }

    /** A lease protects only changes that go through the write gate, so the application must opt in with handoff(…). */
    private static HandoffPolicy handoff(
            BuilderState builderState, HandoffPolicy requested, ConfigurationProblems problems) {
        if (requested == HandoffPolicy.ON && !builderState.supportsHandoff) {
            problems.add(
                    "BACKUP_HANDOFF is \"on\", but the application does not support it: call handoff(…) in the builder"
                            + " and make all changes through write(…), or unset BACKUP_HANDOFF");
        }
        return builderState.supportsHandoff ? requested : HandoffPolicy.OFF;
    }

    /** What is wrong with the name of a source, which no backup could hold; {@code place} counts from 1. */
    private static Optional<String> nameProblem(int place, @Nullable String name) {
        if (name == null || name.isBlank()) {
            return Optional.of("Source " + place + " has no name; give it one, it names its section of the backup");
        }
        return name.chars().anyMatch(Character::isISOControl)
                ? Optional.of("Source " + place + " is named \"" + name.replaceAll("\\p{Cc}", "?")
                        + "\", with control characters; name it without them, since it names a section of the backup")
                : Optional.empty();
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
            StateSource source = builderState.sources.get(i);
            if (source instanceof JsonSection json) {
                json.whyUnreadable().ifPresent(problems::add);
            }
            String name = source.name();
            Optional<String> wrong = nameProblem(i + 1, name);
            if (wrong.isPresent()) {
                problems.add(wrong.get());
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
