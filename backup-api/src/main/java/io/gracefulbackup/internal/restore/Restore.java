package io.gracefulbackup.internal.restore;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.BackupRejectedException;
import io.gracefulbackup.BackupVersion;
import io.gracefulbackup.RestoreRefusedException;
import io.gracefulbackup.internal.catalog.BackupCopies;
import io.gracefulbackup.internal.catalog.CatalogEntry;
import io.gracefulbackup.internal.catalog.ForkReport;
import io.gracefulbackup.internal.catalog.HonouredChoices;
import io.gracefulbackup.internal.catalog.Lineage;
import io.gracefulbackup.internal.config.StartChoice;
import io.gracefulbackup.internal.format.BackupReader.Contents;
import io.gracefulbackup.internal.report.Finding;
import io.gracefulbackup.internal.report.Messages;
import io.gracefulbackup.internal.support.Failures;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One restore at start: decide what to restore, read its copies until one is intact, hand it to the sources, report the
 * outcome. If every copy is damaged or rejected, the next older backup follows. For one start; not for use by several
 * threads.
 */
public final class Restore {
    private final RestoreComponents components;
    private final StartSettings settings;
    private final StartInquiry inquiry;

    /**
     * A restore to be run.
     *
     * @param followsChoices whether the settings count that choose a backup, or none: only for the first restore of a process
     */
    public Restore(RestoreComponents components, boolean followsChoices) {
        this.components = components;
        this.settings = StartSettings.of(components.config(), followsChoices);
        this.inquiry = new StartInquiry(components, settings);
    }

    /**
     * Starts with the newest backup, or as the operator chose.
     *
     * @throws RestoreRefusedException if the application must not start
     */
    public StartOutcome run() throws InterruptedException {
        return carryOut(inquiry.decide());
    }

    /**
     * Starts with the last backup of the instance that this one takes over from; see {@link HandoffDecision}.
     *
     * @throws RestoreRefusedException if this instance must not take over
     */
    public StartOutcome continueFrom(BackupId last, boolean mayFallBack) throws InterruptedException {
        return carryOut(new HandoffDecision(inquiry, last, mayFallBack).decide());
    }

    /**
     * Checks whether {@link #run} would succeed now. Touches nothing.
     *
     * @throws RestoreRefusedException if it would not
     */
    public void preflight() throws InterruptedException {
        new Preflight(components, inquiry).run();
    }

    /** Decides what {@link #run} would do now. Touches nothing. */
    public Decision decide() throws InterruptedException {
        return inquiry.decide();
    }

    /** The highest epoch in any header that was read, and in the pointers. */
    public long highestEpoch() {
        return inquiry.highest().epoch();
    }

    private StartOutcome carryOut(Decision decision) throws InterruptedException {
        if (decision instanceof Decision.Refuse refuse) {
            throw components.refusal(refuse.reason(), refuse.findings());
        }
        if (decision instanceof Decision.StartEmpty empty) {
            return startEmpty(empty);
        }
        warnOfUnreachableSinks();
        return restoreFirstUsable((Decision.Restore) decision);
    }

    /** Tries one backup after the other. Before an older one is tried, everything that is listed has been looked at. */
    private StartOutcome restoreFirstUsable(Decision.Restore first) throws InterruptedException {
        List<Finding> findings = new ArrayList<>(first.findings());
        Set<CatalogEntry.Authenticated> unusable = new LinkedHashSet<>();
        Decision.Restore decision = first;
        while (true) {
            BackupCopies candidate = decision.candidates().get(0);
            Optional<Restored> restored = restoreFromFirstUsableCopy(candidate, findings);
            if (restored.isPresent()) {
                return outcome(restored.get(), decision, unusable, findings);
            }
            unusable.addAll(candidate.copies());
            if (!decision.mayFallBack()) {
                NextChoices next = nextChoices();
                throw components.refusal(
                        Messages.chosenBackupCannotBeUsed(candidate.header().id())
                                + Messages.otherChoicesOrNone(
                                        next.ofEach(others(candidate.header())),
                                        next.ofNone().toString()),
                        findings);
            }
            decision = next(unusable, findings);
        }
    }

    /** The decision without the copies that cannot be used. */
    private Decision.Restore next(Set<CatalogEntry.Authenticated> unusable, List<Finding> findings)
            throws InterruptedException {
        Decision next = inquiry.readRestAndDecide(unusable);
        next.findings().stream().filter(finding -> !findings.contains(finding)).forEach(findings::add);
        if (next instanceof Decision.Restore restore) {
            return restore;
        }
        throw components.refusal(
                next instanceof Decision.Refuse refuse
                        ? refuse.reason()
                        : Messages.noBackupCanBeUsed(nextChoices().ofNone().toString()),
                findings);
    }

    private NextChoices nextChoices() {
        return new NextChoices(inquiry.inventory());
    }

    private List<BackupHeader> others(BackupHeader than) {
        return inquiry.inventory().headers().stream()
                .filter(header -> !header.id().equals(than.id()))
                .toList();
    }

    /** What was restored, and the sink that it came from. */
    private record Restored(Contents contents, String sink) {}

    /**
     * Tries every copy of one backup; empty if all are damaged or rejected. If none can be used and one could not be read,
     * the start is refused, because that one may be intact.
     */
    private Optional<Restored> restoreFromFirstUsableCopy(BackupCopies backup, List<Finding> findings)
            throws InterruptedException {
        Optional<String> unavailable = Optional.empty();
        for (CatalogEntry.Authenticated copy : backup.copies()) {
            String sink = copy.sink().name();
            String name = Messages.copy(backup.header(), sink);
            CopyResult<Contents> result = use(copy, findings);
            if (result instanceof CopyResult.Used<Contents> used) {
                findings.add(Finding.note(Messages.restoredCopy(name)));
                return Optional.of(new Restored(used.value(), sink));
            }
            refuseOrWarn(name, (CopyResult.Failed<Contents>) result, findings);
            if (result instanceof CopyResult.Unavailable<Contents> failed) {
                unavailable = Optional.of(
                        Messages.backupUnavailable(name, Failures.describe(failed.why()), withoutIt(backup.header())));
            }
        }
        if (unavailable.isPresent()) {
            throw components.refusal(unavailable.get(), findings);
        }
        return Optional.empty();
    }

    /** The next older backup may not be readable either, so the last of these choices is none. */
    private String withoutIt(BackupHeader backup) {
        NextChoices next = nextChoices();
        StartChoice choice = inquiry.inventory().headers().stream()
                .filter(backup::isNewerThan)
                .findFirst()
                .map(next::of)
                .orElseGet(next::ofNone);
        return Messages.goPast(choice.toString());
    }

    private CopyResult<Contents> use(CatalogEntry.Authenticated copy, List<Finding> findings)
            throws InterruptedException {
        try {
            return components.reader().read(copy, this::handToSources);
        } catch (RestoreRefusedException bySources) {
            throw components.refusal(bySources, findings);
        }
    }

    private Contents handToSources(FetchedBackup fetched) throws IOException {
        try (fetched) {
            components.sources().check(fetched.contents());
            fetched.applyTo(components.sources());
            return fetched.contents();
        }
    }

    /** A copy that this process cannot open refuses the start; after any other failure the next copy is tried. */
    private void refuseOrWarn(String copy, CopyResult.Failed<Contents> failed, List<Finding> findings) {
        String message = failed.why().getMessage();
        String description = Failures.describe(failed.why());
        if (failed instanceof CopyResult.NotForThisProcess) {
            throw components.refusal(Messages.cannotBeOpened(copy, message), findings);
        }
        if (failed instanceof CopyResult.CannotOpenHere) {
            throw components.refusal(Messages.cannotBeOpenedHere(copy, message), findings);
        }
        String line = failed instanceof CopyResult.Damaged
                ? Messages.damaged(copy, message)
                : failed instanceof CopyResult.Rejected
                        ? Messages.rejected(copy, description)
                        : Messages.couldNotBeRead(copy, description);
        findings.add(Finding.note(line));
        components.log().warn(Messages.warning(line));
    }

    private StartOutcome outcome(
            Restored restored,
            Decision.Restore decision,
            Set<CatalogEntry.Authenticated> unusable,
            List<Finding> findings) {
        BackupHeader header = restored.contents().header();
        components.keys().adopt(restored.contents().root());
        boolean isChosen = !decision.mayFallBack();
        if (!isChosen) {
            findings.addAll(ForkReport.findings(inquiry.inventory(), header, Instant.now()));
        }
        BackupVersion position = decision.newEpoch() ? newEpoch() : header.version();
        List<String> choices = new ArrayList<>(chosen());
        Map<BackupId, Set<String>> passed = new LinkedHashMap<>();
        unusable.stream()
                .filter(copy -> !copy.header().id().equals(header.id()))
                .forEach(copy -> passed.computeIfAbsent(copy.header().id(), id -> new LinkedHashSet<>())
                        .add(copy.sink().name()));
        passed.forEach((past, sinks) -> choices.add(HonouredChoices.fallback(past, sinks)));
        return outcome(restored.contents(), restored.sink(), position, choices, findings);
    }

    /** The choice that is set: followed now, or at an earlier start. */
    private List<String> chosen() {
        List<String> honoured = inquiry.inventory().honouredTexts();
        return settings.choice().map(choice -> choice.repeated(honoured).orElseGet(choice::text)).stream()
                .toList();
    }

    private StartOutcome startEmpty(Decision.StartEmpty decision) {
        try {
            components.sources().startEmpty();
        } catch (RestoreRefusedException bySources) {
            throw components.refusal(bySources, decision.findings());
        } catch (BackupRejectedException rejected) {
            throw components.refusal(Failures.describe(rejected), decision.findings());
        }
        BackupVersion position = decision.newEpoch() ? newEpoch() : Lineage.BEFORE_FIRST;
        return outcome(null, null, position, chosen(), decision.findings());
    }

    /** Above every backup that was seen, so that the choice of an older state stays made. */
    private BackupVersion newEpoch() {
        BackupVersion highest = inquiry.highest();
        return new BackupVersion(highest.epoch() + 1, highest.sequence());
    }

    private StartOutcome outcome(
            @Nullable Contents contents,
            @Nullable String sink,
            BackupVersion position,
            List<String> choices,
            List<Finding> findings) {
        return new StartOutcome(
                contents,
                sink,
                position,
                inquiry.inventory().honouredChoices(),
                choices,
                inquiry.inventory(),
                findings.stream()
                        .map(finding -> finding.redacted(components.redact()))
                        .toList());
    }

    private void warnOfUnreachableSinks() {
        inquiry.inventory()
                .unreachable()
                .forEach(sink -> components.log().warn(Messages.passedOver(sink.sink(), sink.why())));
    }
}
