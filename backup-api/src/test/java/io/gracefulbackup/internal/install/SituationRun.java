package io.gracefulbackup.internal.install;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.internal.install.SituationWorld.Choice;
import io.gracefulbackup.internal.install.SituationWorld.Outcome;
import io.gracefulbackup.internal.install.SituationWorld.Refused;
import io.gracefulbackup.internal.install.SituationWorld.StartAs;
import io.gracefulbackup.internal.install.SituationWorld.Started;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Lives through a situation: three starts, each of which saves; a refusal is opened by what it prints. */
final class SituationRun {
    private static final int LIVES = 3;
    private static final int LONGEST_WAY = 6;
    private static final Pattern SETTING =
            Pattern.compile("(BACKUP_RESTORE_ID|BACKUP_START)=((?:[0-9a-f]{32}|empty)(?:,despite:[^\\s,;]+)*)");
    private static final Pattern OTHER_NAME = Pattern.compile("BACKUP_APP=([A-Za-z0-9_-]+)");

    private final SituationWorld world;
    private final List<String> problems = new ArrayList<>();
    private final List<String> story = new ArrayList<>();

    /** A start that succeeded, what it was told, and whether sinks had to come back for it. */
    private record Way(StartAs as, boolean heals, Started started) {}

    /** What an operator can do. */
    private record Step(String what, StartAs as, boolean heals, boolean isPrintedLine) {}

    private SituationRun(SituationWorld world) {
        this.world = world;
    }

    /** What was wrong; empty if nothing was. */
    record Result(List<String> problems, List<String> story) {}

    static Result of(Situation situation) {
        SituationWorld world = situation.make();
        SituationRun run = new SituationRun(world);
        run.story.addAll(world.describe());
        Choice choice = situation.choice().make(situation.history().saved(), world);
        run.live(choice, situation.choice(), situation.healsEarly());
        return new Result(run.problems, run.story);
    }

    private void live(@Nullable Choice choice, Situation.ChoicePlan plan, boolean healsEarly) {
        StartAs as = StartAs.PLAIN.with(choice);
        Saved mustBeNewest = null;
        for (int life = 1; life <= LIVES && problems.isEmpty(); life++) {
            if (life == LIVES || (life == 2 && healsEarly)) {
                world.heal();
                as = new StartAs(as.application(), as.key(), as.knowsOtherKey(), as.choice(), Set.of());
            }
            if (life > 1) {
                as = as.with(life == LIVES || plan.repeated() ? choice : null);
            }
            Saved newest = new SituationOracle(world, as).newest();
            if (life == LIVES && plan.anew() && choice != null && newest != null) {
                as = as.with(choice.despite(newest.id()));
            }
            SituationOracle oracle = new SituationOracle(world, as);
            if (life == LIVES && mustBeNewest != null && oracle.newest() != mustBeNewest) {
                problem("(6) the backup of life " + (life - 1) + ", " + mustBeNewest
                        + ", should be the newest, but that is " + oracle.newest());
            }
            Outcome outcome = world.start(as);
            story.add("life " + life + ", " + as + ": " + outcome);
            oracle.judge(outcome).forEach(this::problem);
            Way way = outcome instanceof Started started
                    ? new Way(as, false, started)
                    : outcome instanceof Refused refused ? waysOut(as, refused).orElse(null) : null;
            if (way == null) {
                return;
            }
            if (way.heals) {
                world.heal();
            }
            as = way.as;
            mustBeNewest = save(as, way.started);
        }
    }

    private void problem(String what) {
        problems.add(what);
        story.add("PROBLEM " + what);
    }

    /** Saves; the result is what must be the newest when all sinks are back, if that is certain. */
    private @Nullable Saved save(StartAs as, Started started) {
        SituationOracle before = new SituationOracle(world, as);
        BackupHeader restored = started.restored();
        boolean followed = before.followsChoice()
                && as.choice() != null
                && as.choice()
                        .target()
                        .map(id -> restored != null && restored.id().equals(id))
                        .orElse(restored == null);
        long highestEpoch = before.highestSeen().map(version -> version.epoch()).orElse(0L);
        boolean goesPast = followed && !as.choice().despite().isEmpty();
        boolean newEpoch = before.needsNewEpoch(restored, followed) || goesPast || before.isFallback();
        boolean isCertain = before.unseen().stream()
                .noneMatch(unseen -> newEpoch
                        ? unseen.header.epoch() > highestEpoch
                        : restored == null || unseen.header.isNewerThan(restored));
        Saved saved = world.save(started, as, followed);
        if (before.needsNewEpoch(restored, followed) && saved.header.epoch() <= highestEpoch) {
            problem("(6) " + saved + " leaves newer ones behind and needs an epoch above " + highestEpoch);
        }
        boolean isStored =
                world.sinks.stream().anyMatch(sink -> sink.entries.stream().anyMatch(entry -> entry.saved == saved));
        story.add("  saved " + saved + (isStored ? "" : " nowhere") + (followed ? " by " + as.choice() : ""));
        return isStored && isCertain ? saved : null;
    }

    // ---- the ways out of a refusal

    /** Every step is tried that the refusal prints; one has to lead to a start. */
    private Optional<Way> waysOut(StartAs as, Refused refused) {
        Optional<Way> way = wayOut(as, false, refused, 1);
        if (way.isEmpty() && problems.isEmpty()) {
            problem("(3) nothing that is printed opens it: " + refused);
        }
        return way;
    }

    private Optional<Way> wayOut(StartAs as, boolean healed, Refused refused, int depth) {
        Way first = null;
        Map<Step, Refused> further = new LinkedHashMap<>();
        for (Step step : steps(as, healed, refused)) {
            SituationWorld then = world;
            if (step.heals) {
                then = world.copy();
                then.heal();
            }
            Outcome outcome = then.start(step.as);
            story.add("  ".repeat(depth) + "then " + step.what + ": " + outcome);
            new SituationOracle(then, step.as)
                    .judge(outcome)
                    .forEach(what -> problem("after " + step.what + ": " + what));
            if (outcome instanceof Started started && first == null) {
                first = new Way(step.as, step.heals, started);
            } else if (outcome instanceof Refused again) {
                further.put(step, again);
                if (step.isPrintedLine && isSettled(then, step.as) && !showsOnlyItsHeader(then, step.as)) {
                    problem("(3) " + step.what + " was printed, and refused: " + again.message() + " || printed by: "
                            + refused.message());
                }
            }
        }
        if (first == null && depth < LONGEST_WAY && problems.isEmpty()) {
            for (Map.Entry<Step, Refused> next : further.entrySet()) {
                Optional<Way> way = wayOut(next.getKey().as, next.getKey().heals, next.getValue(), depth + 1);
                if (way.isPresent()) {
                    return way;
                }
            }
        }
        return Optional.ofNullable(first);
    }

    private static boolean isSettled(SituationWorld world, StartAs as) {
        return world.configured(as).stream().noneMatch(sink -> sink.answer.isUnreachable());
    }

    /** A header does not tell what only fetching the whole backup tells. */
    private static boolean showsOnlyItsHeader(SituationWorld world, StartAs as) {
        Optional<BackupId> target =
                as.choice() == null ? Optional.empty() : as.choice().target();
        SituationOracle oracle = new SituationOracle(world, as);
        List<SituationSink.Entry> copies = world.configured(as).stream()
                .filter(sink -> sink.answer == SituationSink.Answer.LISTS)
                .flatMap(sink -> sink.entries.stream())
                .filter(entry -> target.filter(entry.saved.id()::equals).isPresent())
                .filter(entry -> entry.opening.givesTheHeader() && entry.damage.leavesTheHeader())
                .toList();
        return !copies.isEmpty()
                && copies.stream()
                        .noneMatch(entry -> entry.damage == SituationSink.Damage.NONE
                                && entry.opening == SituationSink.Opening.OPENS
                                && !oracle.mayBeUnread(entry));
    }

    private List<Step> steps(StartAs as, boolean healed, Refused refused) {
        String text = refused.message();
        String lower = text.toLowerCase(Locale.ROOT);
        Set<Step> steps = new LinkedHashSet<>();
        Matcher setting = SETTING.matcher(text);
        for (int i = 0; i < 8 && setting.find(); i++) {
            Choice choice = new Choice(setting.group(1), setting.group(2).replaceAll("[.:)\\]]+$", ""));
            if (!choice.equals(as.choice())) {
                steps.add(new Step(choice.toString(), as.with(choice), healed, true));
            }
        }
        Matcher name = OTHER_NAME.matcher(text);
        if (name.find()) {
            steps.add(new Step(name.group(), as.application(name.group(1)), healed, false));
        }
        if (text.contains("SECRET_KEY_PREVIOUS") && !as.knowsOtherKey()) {
            steps.add(new Step("SECRET_KEY_PREVIOUS", as.withOtherKey(), healed, false));
        }
        if (lower.contains("out of the settings")) {
            world.configured(as).stream()
                    .filter(sink -> sink.answer != SituationSink.Answer.LISTS && text.contains(sink.name()))
                    .filter(sink -> world.configured(as).size() > 1)
                    .forEach(sink ->
                            steps.add(new Step("taking out " + sink.name(), as.without(sink.name()), healed, false)));
        }
        if (lower.contains("unset") && as.choice() != null) {
            steps.add(new Step("unsetting it", as.with(null), healed, false));
        }
        boolean mayComeBack = lower.contains("try again") || lower.contains("reachable") || lower.contains("answer");
        if (mayComeBack && !healed) {
            steps.add(new Step("when all are back", as, true, false));
        }
        return List.copyOf(steps);
    }
}
