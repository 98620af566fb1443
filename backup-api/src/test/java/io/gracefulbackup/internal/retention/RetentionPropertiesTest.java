package io.gracefulbackup.internal.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.RetentionPolicy;
import io.gracefulbackup.RetentionReport.Verdict;
import io.gracefulbackup.internal.catalog.Ancestry;
import io.gracefulbackup.internal.catalog.CatalogEntry;
import io.gracefulbackup.internal.catalog.Lineage.ContentChange;
import io.gracefulbackup.internal.fixtures.Lines;
import io.gracefulbackup.internal.fixtures.MemorySink;
import io.gracefulbackup.internal.format.UnreadableBackupException;
import io.gracefulbackup.internal.retention.RetentionPlan.Terms;
import io.gracefulbackup.spi.StoredBackup;
import io.gracefulbackup.spi.StoredBackup.Hint;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** What holds for retention whatever a sink holds and says. */
class RetentionPropertiesTest {
    private static final MemorySink SINK = new MemorySink("sink");
    private static final Instant NOW = Lines.NOW.plus(Duration.ofDays(60));

    /** What became of a backup in the sink. */
    enum Fate {
        INTACT,
        GONE,
        DAMAGED,
        PROTECTED,
        NO_HINT,
        LYING
    }

    /** Some process makes one more backup. */
    record Step(int process, Start start, Fate fate, int size, int daysAgo) {}

    /** Where that process comes from. */
    enum Start {
        GOES_ON,
        RESTORED_THE_SAME,
        EMPTY
    }

    /** A sink's place: what it lists, and what is there. */
    record Place(List<CatalogEntry> listing, Map<String, CatalogEntry> truth, Terms terms) {
        RetentionPlan plan() {
            return plan(listing);
        }

        RetentionPlan plan(List<CatalogEntry> entries) {
            return RetentionPlan.of(
                    entries, terms, listed -> truth.get(listed.stored().location()));
        }

        Set<BackupHeader> intact() {
            return truth.values().stream()
                    .filter(CatalogEntry.Authenticated.class::isInstance)
                    .map(listed -> ((CatalogEntry.Authenticated) listed).header())
                    .collect(Collectors.toSet());
        }

        Set<BackupHeader> kept() {
            return plan().verdicts().entrySet().stream()
                    .filter(decided -> decided.getValue().isKept())
                    .map(decided -> truth.get(decided.getKey().stored().location()))
                    .filter(CatalogEntry.Authenticated.class::isInstance)
                    .map(listed -> ((CatalogEntry.Authenticated) listed).header())
                    .collect(Collectors.toSet());
        }
    }

    @Property
    void theNewestIntactBackupSurvives(@ForAll("places") Place place) {
        BackupHeader newest = Collections.max(place.intact(), BackupHeader.OLDEST_FIRST);

        assertThat(place.kept()).contains(newest, place.terms().newest());
    }

    @Property
    void runningTwiceDeletesNothingMore(@ForAll("places") Place place) {
        List<CatalogEntry> left = place.plan().verdicts().entrySet().stream()
                .filter(decided -> decided.getValue().isKept())
                .<CatalogEntry>map(decided ->
                        new CatalogEntry.Unread(SINK, decided.getKey().stored(), false))
                .toList();

        assertThat(place.plan(left).verdicts().values()).allMatch(Verdict::isKept);
    }

    @Property
    void theOrderOfTheListingDoesNotMatter(@ForAll("places") Place place, @ForAll long seed) {
        List<CatalogEntry> shuffled = new ArrayList<>(place.listing());
        Collections.shuffle(shuffled, new Random(seed));

        assertThat(byLocation(place.plan(shuffled))).isEqualTo(byLocation(place.plan()));
    }

    @Property
    void whatIsProtectedSurvives(@ForAll("places") Place place) {
        place.plan().verdicts().forEach((listed, verdict) -> {
            if (listed.stored().hint().filter(Hint::isProtected).isPresent()) {
                assertThat(verdict.isKept()).isTrue();
            }
        });
        place.terms()
                .change()
                .beforeShrink()
                .ifPresent(id -> assertThat(place.intact().stream()
                                .filter(backup -> backup.id().equals(id)))
                        .allMatch(place.kept()::contains));
    }

    @Property
    void youngHeadsOfOtherLinesSurvive(@ForAll("places") Place place) {
        List<BackupHeader> young = new Ancestry(place.intact())
                .heads().stream().filter(head -> Ancestry.isRecent(head, NOW)).toList();

        assertThat(place.kept()).containsAll(young);
    }

    @Property
    void noMoreIsCountedThanThePolicyAllows(@ForAll("places") Place place) {
        RetentionPolicy.KeepLast policy =
                (RetentionPolicy.KeepLast) place.terms().policy();
        List<CatalogEntry> counted = place.plan().verdicts().entrySet().stream()
                .filter(decided -> decided.getValue() == Verdict.WITHIN_POLICY)
                .map(Map.Entry::getKey)
                .toList();

        assertThat(counted.size() + 1).isLessThanOrEqualTo(policy.count());
        if (!counted.isEmpty()) {
            assertThat(place.terms().size()
                            + counted.stream()
                                    .mapToLong(RetentionPropertiesTest::size)
                                    .sum())
                    .isLessThanOrEqualTo(policy.maxBytes().orElse(Long.MAX_VALUE));
        }
    }

    @Property
    void nothingGoesThatWasNotOpened(@ForAll("places") Place place) {
        place.plan().verdicts().forEach((listed, verdict) -> {
            if (!verdict.isKept()) {
                assertThat(listed).isNotInstanceOf(CatalogEntry.Unread.class);
            }
        });
    }

    @Property
    void oneLineKeepsExactlyWhatThePolicySays(@ForAll("plain") Place place) {
        RetentionPolicy.KeepLast policy =
                (RetentionPolicy.KeepLast) place.terms().policy();

        List<BackupHeader> newestFirst = place.intact().stream()
                .sorted(BackupHeader.OLDEST_FIRST.reversed())
                .toList();
        assertThat(place.kept())
                .containsExactlyInAnyOrderElementsOf(
                        newestFirst.subList(0, Math.min(policy.count(), newestFirst.size())));
    }

    @Provide
    Arbitrary<Place> places() {
        Arbitrary<Step> steps = Combinators.combine(
                        Arbitraries.integers().between(0, 3),
                        Arbitraries.frequency(
                                Tuple.of(20, Start.GOES_ON),
                                Tuple.of(2, Start.RESTORED_THE_SAME),
                                Tuple.of(1, Start.EMPTY)),
                        Arbitraries.frequency(
                                Tuple.of(8, Fate.INTACT),
                                Tuple.of(8, Fate.GONE),
                                Tuple.of(1, Fate.DAMAGED),
                                Tuple.of(1, Fate.PROTECTED),
                                Tuple.of(1, Fate.NO_HINT),
                                Tuple.of(1, Fate.LYING)),
                        Arbitraries.integers().between(1, 100),
                        Arbitraries.integers().between(0, 60))
                .as(Step::new);
        return Combinators.combine(
                        steps.list().ofMinSize(1).ofMaxSize(250),
                        Arbitraries.integers().between(1, 12),
                        Arbitraries.integers().between(1, 600).optional(0.3),
                        Arbitraries.of(true, false),
                        Arbitraries.of(true, false))
                .as(RetentionPropertiesTest::place);
    }

    /** One process, true hints, nothing lost. */
    @Provide
    Arbitrary<Place> plain() {
        return Combinators.combine(
                        Arbitraries.integers().between(1, 150),
                        Arbitraries.integers().between(1, 100))
                .as((count, keep) -> place(
                        Collections.nCopies(count, new Step(0, Start.GOES_ON, Fate.INTACT, 1, 0)),
                        keep,
                        Optional.empty(),
                        false,
                        false));
    }

    private static Place place(
            List<Step> steps, int keep, Optional<Integer> bytes, boolean parentIsEqual, boolean parentIsLarger) {
        Lines[] processes = new Lines[4];
        List<CatalogEntry> listing = new ArrayList<>();
        Map<String, CatalogEntry> truth = new HashMap<>();
        BackupHeader newest = null;
        int roots = 0;
        int made = 0;
        Step last = steps.get(steps.size() - 1);
        for (Step step : steps) {
            Lines process = processes[step.process()];
            if (process == null || step.start() == Start.EMPTY) {
                process = Lines.root("root " + ++roots);
            } else if (step.start() == Start.RESTORED_THE_SAME) {
                process = process.fork();
            }
            processes[step.process()] = process;
            newest = process.next(NOW.minus(Duration.ofDays(step.daysAgo())));
            Fate fate = ++made == steps.size() ? Fate.INTACT : step.fate();
            if (fate != Fate.GONE) {
                StoredBackup entry = StoredBackup.at("at " + newest.id(), hint(fate, newest, step.size()));
                truth.put(
                        entry.location(),
                        fate == Fate.DAMAGED
                                ? new CatalogEntry.Unreadable(
                                        SINK, entry, new UnreadableBackupException.DamagedPreamble("damaged"))
                                : new CatalogEntry.Authenticated(SINK, entry, newest));
                listing.add(new CatalogEntry.Unread(SINK, entry, false));
            }
        }
        RetentionPolicy.KeepLast policy = RetentionPolicy.keepLast(keep);
        Optional<BackupId> parent = newest.parent();
        ContentChange change = new ContentChange(
                parent.filter(id -> parentIsEqual), parent.filter(id -> parentIsLarger && !parentIsEqual));
        return new Place(
                listing,
                truth,
                new Terms(bytes.map(policy::withinBytes).orElse(policy), newest, last.size(), change, NOW));
    }

    private static Hint hint(Fate fate, BackupHeader backup, int size) {
        return switch (fate) {
            case NO_HINT -> null;
            case LYING ->
                new Hint(
                        new BackupId(String.format("%032x", size)),
                        backup.epoch() - size % 3,
                        backup.sequence() - size,
                        1,
                        Instant.EPOCH);
            default ->
                new Hint(
                        backup.id(),
                        backup.epoch(),
                        backup.sequence(),
                        size,
                        backup.createdAt(),
                        fate == Fate.PROTECTED);
        };
    }

    private static long size(CatalogEntry listed) {
        return listed.stored().hint().map(Hint::size).orElse(0L);
    }

    private static Map<String, Verdict> byLocation(RetentionPlan plan) {
        return plan.verdicts().entrySet().stream()
                .collect(Collectors.toMap(decided -> decided.getKey().stored().location(), Map.Entry::getValue));
    }
}
