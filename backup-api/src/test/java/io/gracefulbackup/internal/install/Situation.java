package io.gracefulbackup.internal.install;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.BackupVersion;
import io.gracefulbackup.internal.config.DiskLifetime;
import io.gracefulbackup.internal.fixtures.MemoryPointers;
import io.gracefulbackup.internal.install.SituationSink.Answer;
import io.gracefulbackup.internal.install.SituationSink.Damage;
import io.gracefulbackup.internal.install.SituationSink.Entry;
import io.gracefulbackup.internal.install.SituationSink.Hints;
import io.gracefulbackup.internal.install.SituationSink.Keeps;
import io.gracefulbackup.internal.install.SituationSink.Opening;
import io.gracefulbackup.internal.install.SituationWorld.Choice;
import io.gracefulbackup.internal.install.SituationWorld.StartAs;
import io.gracefulbackup.internal.install.SituationWorld.Started;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The description of a start situation: what was saved, where copies of it are, what is wrong with them, what the pointer says
 * and what the operator chose. The same description makes the same world.
 */
record Situation(
        History history,
        List<SinkPlan> sinks,
        PointerPlan pointer,
        ChoicePlan choice,
        boolean healsEarly,
        DiskLifetime disk) {

    /**
     * What applications have saved before.
     *
     * @param length how many backups, one in each life
     * @param choosesMiddle whether the operator then chose one from the middle, and two more lives followed
     * @param forks whether two instances then saved side by side
     */
    record History(int length, boolean choosesMiddle, boolean forks) {
        private static final Map<String, List<Saved>> MADE = new ConcurrentHashMap<>();

        List<Saved> saved() {
            return saved(StartAs.PLAIN);
        }

        List<Saved> saved(StartAs as) {
            return MADE.computeIfAbsent(this + as.toString() + as.key(), key -> make(as));
        }

        private List<Saved> make(StartAs as) {
            SituationWorld world = new SituationWorld();
            world.sinks.add(new SituationSink("all", Answer.LISTS, Keeps.ALL, Hints.TRUE, true));
            List<Saved> all = new ArrayList<>();
            for (int i = 0; i < length; i++) {
                all.add(live(world, as));
            }
            if (choosesMiddle && length > 0) {
                all.add(live(world, as.with(Choice.byId(all.get(length / 2).id()))));
                all.add(live(world, as));
            }
            if (forks) {
                SituationWorld beside = world.copy();
                all.add(live(world, as));
                all.add(live(beside, as));
            }
            return List.copyOf(all);
        }

        private static Saved live(SituationWorld world, StartAs as) {
            if (world.start(as) instanceof Started started) {
                return world.save(started, as, as.choice() != null);
            }
            throw new IllegalStateException("A healthy world does not start");
        }
    }

    /** What else is in a sink. */
    enum Foreign {
        NONE,
        OTHER_KEY_OLDER,
        OTHER_KEY_NEWER,
        /** Listed like one's own. */
        OTHER_APPLICATION_LISTED,
        /** Listed to others only. */
        OTHER_APPLICATION,
        OTHER_APPLICATION_OF_OTHER_KEY
    }

    /**
     * One sink.
     *
     * @param lag how many of the newest backups it lacks; all, if that many
     * @param damaged how many of its newest entries are damaged
     * @param unopened how many of its newest entries cannot be opened
     */
    record SinkPlan(
            String name,
            Keeps keeps,
            int lag,
            int damaged,
            Damage damage,
            Hints hints,
            Answer answer,
            int unopened,
            Opening opening,
            Foreign foreign,
            boolean durable) {

        SituationSink make(List<Saved> line) {
            SituationSink sink = new SituationSink(name, answer, keeps, hints, durable);
            int held = Math.max(0, line.size() - lag);
            int kept = keeps == Keeps.NEWEST ? 1 : keeps == Keeps.LAST_TEN ? 10 : Integer.MAX_VALUE;
            boolean hasCatalogue = keeps != Keeps.NEWEST;
            for (int i = Math.max(0, held - kept); i < held; i++) {
                int fromEnd = held - 1 - i;
                sink.put(
                        line.get(i),
                        fromEnd < damaged ? damage : Damage.NONE,
                        fromEnd < unopened ? opening : Opening.OPENS,
                        hasCatalogue ? SituationWorld.APPLICATION : null);
            }
            foreign(sink, hasCatalogue);
            return sink;
        }

        private void foreign(SituationSink sink, boolean hasCatalogue) {
            StartAs carts = StartAs.PLAIN.application("carts");
            String own = hasCatalogue ? SituationWorld.APPLICATION : null;
            switch (foreign) {
                case NONE -> {}
                case OTHER_KEY_OLDER -> putLast(sink, 1, otherKey(StartAs.PLAIN), own);
                case OTHER_KEY_NEWER -> putLast(sink, 12, otherKey(StartAs.PLAIN), own);
                case OTHER_APPLICATION_LISTED -> putLast(sink, 3, carts, null);
                case OTHER_APPLICATION -> putLast(sink, 3, carts, "carts");
                case OTHER_APPLICATION_OF_OTHER_KEY -> putLast(sink, 3, otherKey(carts), "carts");
            }
        }

        private static StartAs otherKey(StartAs as) {
            return new StartAs(as.application(), SituationWorld.OTHER_KEY, false, null, as.without());
        }

        private static void putLast(SituationSink sink, int length, StartAs as, @Nullable String catalogued) {
            List<Saved> saved = new History(length, false, false).saved(as);
            sink.put(saved.get(length - 1), Damage.NONE, Opening.OPENS, catalogued);
        }

        boolean waits() {
            return answer.mayPass() || (unopened > 0 && (opening == Opening.FAILS || opening == Opening.HANGS));
        }

        @Override
        public String toString() {
            return name + (durable ? "" : " (not durable)") + (answer == Answer.LISTS ? "" : " " + answer) + " keeps "
                    + keeps
                    + (lag == 0 ? "" : ", lags by " + lag)
                    + (damaged == 0 || damage == Damage.NONE ? "" : ", newest " + damaged + " damaged " + damage)
                    + (unopened == 0 || opening == Opening.OPENS ? "" : ", newest " + unopened + " " + opening)
                    + ", hints " + hints
                    + (foreign == Foreign.NONE ? "" : ", holds " + foreign);
        }
    }

    /** What the only store of pointers says. */
    enum PointerPlan {
        NO_STORE(false),
        NOTHING(false),
        NEWEST(true),
        OLDER(true),
        AHEAD(true),
        FAILS(false);

        private final boolean isSet;

        PointerPlan(boolean isSet) {
            this.isSet = isSet;
        }
    }

    /**
     * What the operator chose for the first life.
     *
     * @param kind what
     * @param despite whether everything is accepted that cannot be read, by its location
     * @param repeated whether the choice is still set in the second life; it is set in the third
     * @param anew whether it is made anew in the third life, in view of the newest backup
     */
    record ChoicePlan(Kind kind, boolean despite, boolean repeated, boolean anew) {
        enum Kind {
            NONE,
            OLDEST,
            MIDDLE,
            NEWEST,
            UNKNOWN,
            EMPTY
        }

        @Nullable
        Choice make(List<Saved> line, SituationWorld world) {
            String[] accepted = despite
                    ? world.sinks.stream()
                            .flatMap(sink -> sink.entries.stream())
                            .filter(entry -> entry.opening != Opening.OPENS || !entry.damage.leavesTheHeader())
                            .map(ChoicePlan::called)
                            .distinct()
                            .toArray(String[]::new)
                    : new String[0];
            return switch (kind) {
                case NONE -> null;
                case EMPTY -> Choice.empty(accepted);
                case UNKNOWN -> Choice.byId(UNKNOWN_ID, accepted);
                case OLDEST ->
                    Choice.byId(line.isEmpty() ? UNKNOWN_ID : line.get(0).id(), accepted);
                case MIDDLE ->
                    Choice.byId(
                            line.isEmpty()
                                    ? UNKNOWN_ID
                                    : line.get(line.size() / 2).id(),
                            accepted);
                case NEWEST ->
                    Choice.byId(
                            line.isEmpty()
                                    ? UNKNOWN_ID
                                    : line.get(line.size() - 1).id(),
                            accepted);
            };
        }

        private static String called(Entry entry) {
            return entry.hint == null ? entry.location : entry.hint.id().value();
        }
    }

    private static final BackupId UNKNOWN_ID = new BackupId("fedcba9876543210fedcba9876543210");

    /** Whether a sink does something that takes the start's time. */
    boolean waits() {
        return sinks.stream().anyMatch(SinkPlan::waits);
    }

    SituationWorld make() {
        SituationWorld world = new SituationWorld();
        List<Saved> line = history.saved();
        sinks.forEach(plan -> world.sinks.add(plan.make(line)));
        world.disk = disk;
        world.startTimeout = Duration.ofMillis(waits() || pointer.isSet ? 200 : 4_000);
        BackupHeader newest = line.isEmpty() ? null : line.get(line.size() - 1).header;
        switch (pointer) {
            case NO_STORE -> {}
            case NOTHING -> world.pointers = new MemoryPointers();
            case NEWEST -> pointTo(world, newest);
            case OLDER -> pointTo(world, line.isEmpty() ? null : line.get(line.size() / 2).header);
            case AHEAD ->
                pointTo(
                        world,
                        BackupHeader.builder(
                                        SituationWorld.APPLICATION,
                                        UNKNOWN_ID,
                                        newest == null
                                                ? new BackupVersion(1, 1)
                                                : new BackupVersion(newest.epoch(), newest.sequence() + 1))
                                .build());
            case FAILS -> {
                pointTo(world, newest);
                if (world.pointers != null) {
                    world.pointers.broken = true;
                }
            }
        }
        return world;
    }

    private static void pointTo(SituationWorld world, @Nullable BackupHeader header) {
        if (header == null) {
            world.pointers = new MemoryPointers();
        } else {
            world.point(header);
        }
    }

    // ---- drawing one

    static Situation draw(long seed, boolean waits) {
        Random random = new Random(seed * 0x9E3779B97F4A7C15L);
        for (int i = 0; i < 10; i++) {
            random.nextInt();
        }
        List<SinkPlan> sinks = new ArrayList<>();
        DiskLifetime disk = random.nextInt(3) > 0
                ? DiskLifetime.LASTING
                : List.of(DiskLifetime.LASTING, DiskLifetime.CONTAINER, DiskLifetime.INSTANCE)
                        .get(random.nextInt(3));
        int count = random.nextInt(4) == 0 ? 3 : 2;
        boolean bare = random.nextInt(8) == 0;
        for (int i = 0; i < count; i++) {
            sinks.add(drawSink(random, List.of("alpha", "bravo", "charlie").get(i), disk, waits, bare));
        }
        if (random.nextInt(10) == 0) {
            sinks.remove(0);
        }
        int length = bare ? 0 : random.nextInt(3) == 0 ? random.nextInt(13) : 1 + random.nextInt(5);
        return new Situation(
                new History(length, random.nextInt(5) == 0, random.nextInt(5) == 0),
                List.copyOf(sinks),
                random.nextInt(3) == 0 ? PointerPlan.NO_STORE : pick(random, PointerPlan.values()),
                new ChoicePlan(
                        random.nextInt(5) < 2 ? ChoicePlan.Kind.NONE : pick(random, ChoicePlan.Kind.values()),
                        random.nextInt(3) == 0,
                        random.nextBoolean(),
                        random.nextInt(4) == 0),
                random.nextBoolean(),
                disk);
    }

    private static SinkPlan drawSink(Random random, String name, DiskLifetime disk, boolean waits, boolean bare) {
        Keeps keeps = pick(random, Keeps.values());
        boolean wounded = random.nextInt(3) > 0;
        return new SinkPlan(
                name,
                keeps,
                bare ? 99 : random.nextInt(8) == 0 ? 99 : random.nextInt(2) * random.nextInt(4),
                wounded && random.nextInt(2) == 0 ? 1 + random.nextInt(4) : 0,
                pick(random, Damage.values()),
                keeps == Keeps.NEWEST && random.nextBoolean()
                        ? Hints.NONE
                        : random.nextInt(2) == 0 ? Hints.TRUE : pick(random, Hints.values()),
                answer(random, waits),
                wounded && random.nextInt(3) == 0 ? 1 + random.nextInt(random.nextBoolean() ? 2 : 99) : 0,
                waits ? pick(random, Opening.values()) : random.nextBoolean() ? Opening.REFUSES : Opening.OPENS,
                random.nextInt(4) == 0 ? pick(random, Foreign.values()) : Foreign.NONE,
                disk == DiskLifetime.LASTING ? random.nextInt(12) > 0 : keeps != Keeps.NEWEST && random.nextInt(3) > 0);
    }

    private static Answer answer(Random random, boolean waits) {
        if (random.nextInt(4) > 0) {
            return Answer.LISTS;
        }
        return waits
                ? pick(random, Answer.values())
                : pick(random, Answer.LISTS, Answer.NOT_LISTABLE, Answer.REFUSES, Answer.BROKEN);
    }

    @SafeVarargs
    private static <T> T pick(Random random, T... from) {
        return from[random.nextInt(from.length)];
    }

    @Override
    public String toString() {
        return history + "\n    "
                + String.join("\n    ", sinks.stream().map(SinkPlan::toString).toList()) + "\n    pointer " + pointer
                + ", " + choice + (healsEarly ? ", all back in the second life" : "") + ", disk " + disk;
    }
}
