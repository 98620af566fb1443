package io.gracefulbackup.internal.handoff.protocol;

import io.gracefulbackup.BackupId;
import io.gracefulbackup.internal.support.ProcessTime;
import io.gracefulbackup.spi.lease.Fence;
import io.gracefulbackup.spi.lease.LeaseResult;
import io.gracefulbackup.spi.lease.LeaseRow;
import io.gracefulbackup.spi.lease.LeaseRow.Terms;
import io.gracefulbackup.spi.lease.LeaseStep;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Instances that run the real protocol, a simulated database and simulated clocks. Every message may take any time, and
 * every choice is made from outside, so that a search can make all of them. Checks after each step what must always
 * hold.
 */
final class LeaseSimulation {
    static final Timing TIMING = new Timing(
            Duration.ofSeconds(4),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            Duration.ofSeconds(3),
            Duration.ofSeconds(3),
            Duration.ofSeconds(6),
            Duration.ofSeconds(40));

    /** What can go wrong, each costing one of the world's faults. */
    enum Fault {
        LOSE_STATEMENT,
        LOSE_ANSWER,
        DELAY_BEYOND_PATIENCE,
        DOUBLE_ANSWER,
        DATABASE_DOWN,
        DATABASE_RESTORED,
        CRASH,
        PAUSE,
        SUSPEND,
        WALL_CLOCK_SET,
        SERVER_CLOCK_SET,
        RESTORE_FAILS,
        SAVE_FAILS,
        PUBLISH_LATE,
        PREFLIGHT_FAILS,
        MISFIT,
        STOP
    }

    /** What a server may do wrong, to see that it matters. */
    enum Flaw {
        NO_FENCE,
        NO_VERSIONS,
        NO_FINAL_BACKUP_NEEDED
    }

    /** One thing that may happen next. */
    record Choice(String who, Object what, @Nullable Fault fault, int weight, Runnable effect) {
        @Override
        public String toString() {
            return who + what;
        }
    }

    record Backup(
            BackupId id,
            long epoch,
            long sequence,
            String holder,
            boolean fork,
            long content,
            List<BackupId> lineage) {}

    /** What the database holds. */
    record Store(@Nullable LeaseRow row, long expiresAt, List<Backup> backups) {
        Optional<Backup> find(@Nullable BackupId id) {
            return backups.stream().filter(b -> b.id().equals(id)).findFirst();
        }

        Optional<Backup> newest() {
            return backups.stream().max(Comparator.comparingLong(Backup::epoch).thenComparingLong(Backup::sequence));
        }

        long highestEpoch() {
            return backups.stream().mapToLong(Backup::epoch).max().orElse(0);
        }
    }

    /** A statement on its way, or its answer. */
    private record Message(
            long number, LeaseStep step, @Nullable LeaseResult answer) {}

    private record Restore(
            long number,
            @Nullable BackupId exactly,
            boolean read,
            @Nullable Backup source,
            long highest) {}

    private record Save(
            long number,
            Fence fence,
            @Nullable Backup sealed,
            @Nullable Boolean fork) {}

    /** A statement whose sender has given it up. */
    private record Zombie(
            String sender,
            @Nullable LeaseStep step,
            @Nullable Backup backup) {}

    static final class SimulatedInstance {
        final Instance member;
        State state;
        boolean alive = true;
        boolean paused;
        boolean suspended;
        long asleep;
        long wallSkew;
        long memory;
        long acknowledged;
        long sequence;
        List<BackupId> lineage = List.of();

        @Nullable
        ProcessTime gate;

        @Nullable
        Message message;
        /** An answer that comes a second time, any time later. */
        @Nullable
        Message echo;

        @Nullable
        Long preflight;

        @Nullable
        Restore restore;

        @Nullable
        Save save;

        SimulatedInstance(Instance member, State state) {
            this.member = member;
            this.state = state;
        }

        SimulatedInstance(SimulatedInstance o) {
            member = o.member;
            state = o.state;
            alive = o.alive;
            paused = o.paused;
            suspended = o.suspended;
            asleep = o.asleep;
            wallSkew = o.wallSkew;
            memory = o.memory;
            acknowledged = o.acknowledged;
            sequence = o.sequence;
            lineage = o.lineage;
            gate = o.gate;
            message = o.message;
            echo = o.echo;
            preflight = o.preflight;
            restore = o.restore;
            save = o.save;
        }

        String name() {
            return member.name();
        }
    }

    static final Terms TERMS = new Terms("site", List.of("key"), 1);

    private record About(String what, LeaseStep step) {
        @Override
        public String toString() {
            return what + step;
        }
    }

    private record Told(long second, Choice choice) {
        @Override
        public String toString() {
            return second + " " + choice;
        }
    }

    /** What need not happen. */
    private static final Set<Object> OF_ITSELF = Set.of("a second passes", "start", "a change");

    private final SafetyRules rules;
    private final Set<Flaw> flaws;
    private final Set<Fault> faults;
    private final int maxInstances;
    /** Whether messages arrive within a second while the database is up. */
    private final boolean prompt;

    final List<SimulatedInstance> instances = new ArrayList<>();
    final List<Object> story;
    final Map<Phase, Integer> visited;
    private final List<Zombie> zombies = new ArrayList<>();
    private final List<Store> past = new ArrayList<>();
    Store store = new Store(null, 0, List.of());
    boolean up = true;
    private long time = 1_000_000;
    private long serverSkew;
    private int faultsLeft;
    private int backups;
    private int writes;
    private long restoredAt = Long.MIN_VALUE / 2;
    /** Whether the database went back to a time when it was not clear who goes on. */
    private boolean disputed;

    /** Everything acknowledged before the last clean release. */
    private long guaranteed;
    /** Everything that was ever acknowledged. */
    private long acknowledged;
    /** Whether something happened that may cost acknowledged changes: a message that is late is as good as a pause. */
    private boolean lossy;

    LeaseSimulation(
            SafetyRules rules, Set<Flaw> flaws, Set<Fault> faults, int faultsLeft, int maxInstances, boolean prompt) {
        this.rules = rules;
        this.flaws = flaws;
        this.faults = faults;
        this.faultsLeft = faultsLeft;
        this.maxInstances = maxInstances;
        this.prompt = prompt;
        this.lossy = !prompt;
        this.story = new ArrayList<>();
        this.visited = new EnumMap<>(Phase.class);
    }

    LeaseSimulation(LeaseSimulation o) {
        rules = o.rules;
        flaws = o.flaws;
        faults = o.faults;
        maxInstances = o.maxInstances;
        prompt = o.prompt;
        story = new ArrayList<>(o.story);
        visited = o.visited;
        o.instances.forEach(i -> instances.add(new SimulatedInstance(i)));
        zombies.addAll(o.zombies);
        past.addAll(o.past);
        store = o.store;
        up = o.up;
        time = o.time;
        serverSkew = o.serverSkew;
        faultsLeft = o.faultsLeft;
        backups = o.backups;
        writes = o.writes;
        restoredAt = o.restoredAt;
        disputed = o.disputed;
        guaranteed = o.guaranteed;
        acknowledged = o.acknowledged;
        lossy = o.lossy;
    }

    // ---- what may happen

    List<Choice> choices() {
        List<Choice> all = new ArrayList<>();
        boolean waiting = instances.stream()
                .anyMatch(i -> i.alive && !i.paused && (i.message != null || i.save != null || i.restore != null));
        if (!(prompt && up && waiting)) {
            all.add(new Choice("", "a second passes", null, 6, () -> tick()));
        }
        if (instances.size() < maxInstances && up && !(prompt && time < restoredAt + 3000)) {
            all.add(new Choice("", "start", null, 3, this::start));
        }
        if (!up) {
            all.add(new Choice("", "database is back", null, 2, () -> up = true));
        }
        fault(all, Fault.DATABASE_DOWN, up, "", "database down", () -> up = false);
        fault(all, Fault.DATABASE_RESTORED, up && past.size() > 1, "", "database restored", this::restoreDatabase);
        fault(all, Fault.SERVER_CLOCK_SET, true, "", "server's clock +1000 s", () -> serverSkew += 1_000_000);
        fault(all, Fault.SERVER_CLOCK_SET, true, "", "server's clock -1000 s", () -> serverSkew -= 1_000_000);
        for (int z = 0; z < zombies.size(); z++) {
            int which = z;
            if (up) {
                all.add(new Choice("late: ", zombies.get(z), null, 2, () -> late(which)));
            }
        }
        for (SimulatedInstance i : instances) {
            if (i.alive) {
                choices(all, i);
            }
        }
        return all;
    }

    private void choices(List<Choice> all, SimulatedInstance i) {
        String n = i.name() + ": ";
        if (i.paused) {
            all.add(new Choice(n, "resumes", null, 2, () -> resume(i)));
            fault(all, Fault.CRASH, true, n, "killed", () -> crash(i));
            statement(all, i, n);
            return;
        }
        boolean hasState = i.state.holds() || i.gate != null;
        fault(all, Fault.CRASH, true, n, "killed", () -> crash(i));
        fault(all, Fault.PAUSE, true, n, "paused", () -> {
            lossy = true;
            i.paused = true;
        });
        fault(all, Fault.SUSPEND, true, n, "suspended", () -> {
            lossy = true;
            i.paused = true;
            i.suspended = true;
        });
        fault(all, Fault.WALL_CLOCK_SET, true, n, "clock +1000 s", () -> i.wallSkew += 1_000_000);
        fault(all, Fault.WALL_CLOCK_SET, i.asleep == 0, n, "clock -1000 s", () -> i.wallSkew -= 1_000_000);
        fault(
                all,
                Fault.STOP,
                i.state.phase() != Phase.STOPPING,
                n,
                "SIGTERM",
                () -> happens(i, new Event.Stop(now(i))));
        if (writes < 60) {
            all.add(new Choice(n, "a change", null, hasState ? 2 : 1, () -> write(i)));
        }
        statement(all, i, n);
        Message m = i.message;
        if (m != null && m.answer() != null) {
            all.add(new Choice(n, new About("answer to ", m.step()), null, 8, () -> answer(i, m)));
            fault(all, Fault.DOUBLE_ANSWER, true, n, new About("two answers to ", m.step()), () -> {
                i.echo = m;
                answer(i, m);
            });
        }
        if (m != null) {
            if (m.answer() == null) {
                fault(all, Fault.LOSE_STATEMENT, true, n, new About("lost ", m.step()), () -> unanswered(i, m));
                fault(all, Fault.DELAY_BEYOND_PATIENCE, true, n, new About("given up ", m.step()), () -> {
                    zombies.add(new Zombie(i.name(), m.step(), null));
                    unanswered(i, m);
                });
                if (!up) {
                    all.add(new Choice(n, new About("no connection for ", m.step()), null, 8, () -> unanswered(i, m)));
                }
            } else {
                fault(all, Fault.LOSE_ANSWER, true, n, new About("lost answer to ", m.step()), () -> unanswered(i, m));
            }
        }
        Message echo = i.echo;
        if (echo != null) {
            all.add(new Choice(n, new About("again the answer to ", echo.step()), null, 1, () -> {
                i.echo = null;
                happens(i, new Event.Answered(now(i), echo.number(), echo.answer()));
            }));
        }
        work(all, i, n);
    }

    private void statement(List<Choice> all, SimulatedInstance i, String n) {
        Message m = i.message;
        if (m != null && m.answer() == null && up) {
            all.add(new Choice(
                    n,
                    m.step(),
                    null,
                    8,
                    () -> i.message = new Message(m.number(), m.step(), execute(i.name(), m.step()))));
        }
    }

    private void work(List<Choice> all, SimulatedInstance i, String n) {
        Long preflight = i.preflight;
        if (preflight != null) {
            if (up) {
                all.add(new Choice(n, "preflight", null, 4, () -> {
                    i.preflight = null;
                    happens(i, new Event.Preflighted(now(i), preflight, store.highestEpoch()));
                }));
            }
            fault(all, Fault.PREFLIGHT_FAILS, true, n, "preflight fails", () -> {
                i.preflight = null;
                happens(i, new Event.Failed(now(i), preflight, "why"));
            });
        }
        Restore r = i.restore;
        if (r != null && !r.read() && up) {
            all.add(new Choice(n, "reads the catalogue", null, 6, () -> {
                Backup source = (r.exactly() == null ? store.newest() : store.find(r.exactly())).orElse(null);
                i.restore = new Restore(r.number(), r.exactly(), true, source, store.highestEpoch());
            }));
        }
        if (r != null && r.read()) {
            all.add(new Choice(n, "restored", null, 6, () -> restored(i, r)));
        }
        if (r != null) {
            fault(all, Fault.RESTORE_FAILS, true, n, "restore fails", () -> {
                i.restore = null;
                happens(i, new Event.Failed(now(i), r.number(), "why"));
            });
            if (!up && !r.read()) {
                all.add(new Choice(n, "no connection to restore", null, 2, () -> {
                    i.restore = null;
                    happens(i, new Event.Failed(now(i), r.number(), "why"));
                }));
            }
        }
        Save s = i.save;
        if (s == null) {
            return;
        }
        if (s.sealed() == null) {
            all.add(new Choice(n, "snapshot", null, 6, () -> seal(i, s)));
        } else if (s.fork() == null) {
            if (up) {
                all.add(new Choice(n, "publishes", null, 6, () -> {
                    boolean fork = publish(s.sealed());
                    i.save = new Save(s.number(), s.fence(), s.sealed(), fork);
                }));
            } else {
                all.add(new Choice(n, "no connection to publish", null, 2, () -> saveFailed(i, s)));
            }
            fault(all, Fault.PUBLISH_LATE, true, n, "publication given up", () -> {
                zombies.add(new Zombie(i.name(), null, s.sealed()));
                saveFailed(i, s);
            });
        } else {
            all.add(new Choice(n, "saved", null, 6, () -> {
                i.save = null;
                happens(i, new Event.Saved(now(i), s.number(), s.sealed().id(), s.fork()));
            }));
        }
        fault(all, Fault.SAVE_FAILS, true, n, "save fails", () -> saveFailed(i, s));
    }

    private void saveFailed(SimulatedInstance i, Save s) {
        if (i.state.phase() == Phase.STOPPING || i.state.phase() == Phase.RETIRED) {
            lossy = true;
        }
        i.save = null;
        happens(i, new Event.Failed(now(i), s.number(), "why"));
    }

    private void fault(List<Choice> all, Fault fault, boolean possible, String who, Object what, Runnable effect) {
        if (possible && faultsLeft > 0 && faults.contains(fault)) {
            all.add(new Choice(who, what, fault, 1, effect));
        }
    }

    void make(Choice choice) {
        story.add(new Told(time / 1000 % 1000, choice));
        if (choice.fault() != null) {
            faultsLeft--;
        }
        choice.effect().run();
        check();
    }

    // ---- what happens then

    private void tick() {
        time += 1000;
        for (SimulatedInstance i : instances) {
            if (i.alive && i.suspended) {
                i.asleep += 1000;
            }
            if (i.alive && !i.paused) {
                happens(i, new Event.Tick(now(i)));
            }
        }
        remember();
    }

    private void remember() {
        if (past.isEmpty() || !past.get(past.size() - 1).equals(store)) {
            past.add(store);
        }
    }

    private void restoreDatabase() {
        // Some way back, chosen by the state of the world so that a search stays reproducible.
        int back = 1 + (int) ((time / 1000 + writes) % Math.min(6, past.size() - 1));
        store = past.get(past.size() - 1 - back);
        restoredAt = time;
        // The holder can put things right, if others know of it and messages arrive in time; else the past may come
        // back.
        if (!prompt || !isUndisputed()) {
            disputed = true;
            lossy = true;
            guaranteed = 0;
        }
    }

    private boolean isUndisputed() {
        Optional<SimulatedInstance> holder =
                instances.stream().filter(this::accepts).findFirst();
        return holder.isPresent()
                && instances.stream().allMatch(i -> !i.alive || i.state.seenEpoch >= holder.get().state.epoch);
    }

    void start() {
        String name = "i" + instances.size();
        Terms terms = faults.contains(Fault.MISFIT) && instances.size() == 1
                ? new Terms("elsewhere", List.of("key"), 1)
                : TERMS;
        Instance member = new Instance(name, terms);
        SimulatedInstance i = new SimulatedInstance(
                member,
                new Protocol(member, rules).begin(new ProcessTime(time * 1_000_000, time), store.highestEpoch()));
        instances.add(i);
        happens(i, new Event.Tick(now(i)));
    }

    private void crash(SimulatedInstance i) {
        if (i.gate != null || i.state.holds()) {
            lossy = true;
        }
        i.alive = false;
        i.gate = null;
        Message m = i.message;
        if (m != null && m.answer() == null) {
            zombies.add(new Zombie(i.name(), m.step(), null));
        }
        Save s = i.save;
        if (s != null && s.sealed() != null && s.fork() == null) {
            zombies.add(new Zombie(i.name(), null, s.sealed()));
        }
    }

    private void resume(SimulatedInstance i) {
        i.paused = false;
        i.suspended = false;
    }

    private void late(int which) {
        Zombie zombie = zombies.remove(which);
        if (zombie.step() != null) {
            execute(zombie.sender(), zombie.step());
        } else if (zombie.backup() != null) {
            publish(zombie.backup());
        }
    }

    private ProcessTime now(SimulatedInstance i) {
        return new ProcessTime((time - i.asleep) * 1_000_000, time + i.wallSkew);
    }

    private void answer(SimulatedInstance i, Message m) {
        i.message = null;
        happens(i, new Event.Answered(now(i), m.number(), m.answer()));
    }

    private void unanswered(SimulatedInstance i, Message m) {
        i.message = null;
        happens(i, new Event.Unanswered(now(i), m.number()));
    }

    private void write(SimulatedInstance i) {
        if (accepts(i)) {
            long write = 1L << writes++;
            i.memory |= write;
            i.acknowledged |= write;
            acknowledged |= write;
        } else {
            happens(i, new Event.Asked(now(i)));
        }
    }

    /** As the gate does it: by both clocks, at the moment of the change. */
    private boolean accepts(SimulatedInstance i) {
        ProcessTime until = i.gate;
        ProcessTime now = now(i);
        return i.alive && !i.paused && until != null && now.isSurelyBefore(until);
    }

    private void restored(SimulatedInstance i, Restore r) {
        i.restore = null;
        Backup source = r.source();
        if (source == null && r.exactly() != null) {
            happens(i, new Event.Failed(now(i), r.number(), "it is gone"));
            return;
        }
        i.memory = source == null ? 0 : source.content();
        i.sequence = source == null ? 0 : source.sequence();
        i.lineage = source == null ? List.of() : prepend(source.id(), source.lineage());
        happens(i, new Event.Restored(now(i), r.number(), r.highest(), i.lineage));
    }

    private void seal(SimulatedInstance i, Save s) {
        BackupId id = new BackupId("%032x".formatted(++backups));
        i.sequence++;
        Backup backup = new Backup(id, s.fence().epoch(), i.sequence, i.name(), false, i.memory, i.lineage);
        i.lineage = prepend(id, i.lineage);
        i.save = new Save(s.number(), s.fence(), backup, null);
    }

    private static List<BackupId> prepend(BackupId id, List<BackupId> older) {
        List<BackupId> all = new ArrayList<>(older);
        all.add(0, id);
        return List.copyOf(all);
    }

    /** One transaction: looks at the lease, and stores. */
    private boolean publish(Backup sealed) {
        LeaseRow row = store.row();
        boolean fork =
                !flaws.contains(Flaw.NO_FENCE) && (row == null || !row.isHeldBy(sealed.holder(), sealed.epoch()));
        Backup backup = new Backup(
                sealed.id(),
                sealed.epoch(),
                sealed.sequence(),
                sealed.holder(),
                fork,
                sealed.content(),
                sealed.lineage());
        List<Backup> all = new ArrayList<>(store.backups());
        all.add(backup);
        store = new Store(row, store.expiresAt(), List.copyOf(all));
        if (!fork) {
            require(
                    (sealed.content() & guaranteed) == guaranteed,
                    "backup " + sealed.id() + " is published without changes acknowledged before a clean handoff");
            require(
                    store.backups().stream()
                            .filter(b -> !b.fork() && b.epoch() == backup.epoch())
                            .allMatch(b -> b.id().equals(backup.id())
                                    || (b.holder().equals(backup.holder()) && b.sequence() != backup.sequence())),
                    "two backups have the same place in the order");
        }
        return fork;
    }

    private LeaseResult execute(String instance, LeaseStep sent) {
        LeaseRow row = store.row();
        LeaseStep step = flaws.contains(Flaw.NO_VERSIONS) && row != null ? ofAnyVersion(sent, row) : sent;
        long server = time + serverSkew;
        LeaseRow current = row == null ? null : expired(row, store.expiresAt() <= server);
        LeaseResult answer = step instanceof LeaseStep.Release release
                        && !flaws.contains(Flaw.NO_FINAL_BACKUP_NEEDED)
                        && release.finalId() != null
                        && store.find(release.finalId()).filter(b -> !b.fork()).isEmpty()
                ? new LeaseResult(false, current)
                : step.applyTo(current, instance);
        if (answer.done()) {
            boolean extends_ = step instanceof LeaseStep.Renew
                    || step instanceof LeaseStep.Acquire
                    || step instanceof LeaseStep.Activate
                    || step instanceof LeaseStep.Release;
            long expiresAt = extends_ ? server + TIMING.term().toMillis() : store.expiresAt();
            if (step instanceof LeaseStep.Release release && release.finalId() != null) {
                released(instance, release.finalId());
            }
            store = new Store(answer.row(), expiresAt, store.backups());
        }
        return answer;
    }

    private static LeaseStep ofAnyVersion(LeaseStep step, LeaseRow row) {
        if (step instanceof LeaseStep.Release release) {
            return new LeaseStep.Release(row.version(), release.finalId(), release.offer());
        }
        return step instanceof LeaseStep.Acquire acquire
                ? new LeaseStep.Acquire(row.version(), acquire.seenEpoch(), acquire.site())
                : step;
    }

    private void released(String instance, BackupId finalId) {
        SimulatedInstance holder = instances.stream()
                .filter(i -> i.name().equals(instance))
                .findFirst()
                .orElseThrow();
        Optional<Backup> last = store.find(finalId).filter(b -> !b.fork());
        require(last.isPresent(), "released with " + finalId + ", which is not published");
        long promised = holder.acknowledged & holder.memory;
        require((last.get().content() & promised) == promised, "the final backup lacks acknowledged changes");
        guaranteed |= promised;
    }

    static LeaseRow expired(LeaseRow row, boolean expired) {
        return new LeaseRow(
                row.epoch(),
                row.holder(),
                row.site(),
                row.active(),
                row.heartbeat(),
                expired,
                row.request(),
                row.offer(),
                row.finalId(),
                row.declined());
    }

    private void happens(SimulatedInstance i, Event event) {
        Transition transition = new Protocol(i.member, rules).on(i.state, event);
        i.state = transition.state();
        visited.merge(i.state.phase(), 1, Integer::sum);
        for (Command command : transition.commands()) {
            obey(i, command);
        }
    }

    private void obey(SimulatedInstance i, Command command) {
        if (command instanceof Command.Send send) {
            i.message = new Message(send.number(), send.step(), null);
        } else if (command instanceof Command.OpenGate open) {
            i.gate = open.until();
            require(
                    (i.memory & guaranteed) == guaranteed,
                    i.name() + " accepts changes without those acknowledged before a clean handoff");
            require(
                    lossy || (i.memory & acknowledged) == acknowledged,
                    i.name() + " accepts changes without acknowledged ones, though nothing serious has happened");
        } else if (command instanceof Command.CloseGate) {
            i.gate = null;
        } else if (command instanceof Command.Preflight preflight) {
            i.preflight = preflight.number();
        } else if (command instanceof Command.Restore restore) {
            i.restore = new Restore(restore.number(), restore.exactly(), false, null, 0);
        } else if (command instanceof Command.Save save) {
            require(!accepts(i), "saves with an open gate");
            i.save = new Save(save.number(), save.fence(), null, null);
        } else if (command instanceof Command.Finish) {
            i.alive = false;
            i.gate = null;
        }
    }

    // ---- what must hold

    private void check() {
        List<String> accepting = instances.stream()
                .filter(this::accepts)
                .map(SimulatedInstance::name)
                .toList();
        require(accepting.size() <= 1 || disputed, accepting + " accept changes at the same time");
    }

    private void require(boolean holds, String violation) {
        if (!holds) {
            throw new Violation(violation + "\n  "
                    + story.stream().map(Object::toString).collect(Collectors.joining("\n  ")) + "\n" + this);
        }
    }

    /** From here on nothing goes wrong any more: some instance must accept changes before long. */
    void mustRecover() {
        faultsLeft = 0;
        up = true;
        story.add("-- calm from here");
        zombies.clear();
        instances.forEach(this::resume);
        if (instances.stream().noneMatch(i -> i.alive && i.state.phase() != Phase.STOPPING)) {
            start();
        }
        for (int second = 0; second < 60; second++) {
            settle();
            if (instances.stream().anyMatch(this::accepts)
                    && instances.stream().noneMatch(i -> i.alive && i.state.phase() == Phase.STOPPING)) {
                return;
            }
            make(new Choice("", "a second passes", null, 1, this::tick));
        }
        require(false, "nobody accepts changes after a minute without faults");
    }

    /** All messages arrive, all work is done. */
    private void settle() {
        for (int n = 0; n < 200; n++) {
            Optional<Choice> next = choices().stream()
                    .filter(c -> !OF_ITSELF.contains(c.what()))
                    .findFirst();
            if (next.isEmpty()) {
                return;
            }
            make(next.get());
        }
        require(false, "messages without end");
    }

    /** The same for two worlds that go on in the same way. */
    String key() {
        StringBuilder key = new StringBuilder();
        key.append(up).append(faultsLeft).append(lossy).append(guaranteed == 0 ? 0 : Long.bitCount(guaranteed));
        key.append(store.row()).append(Math.max(-9, Math.min(9, (store.expiresAt() - time - serverSkew) / 1000)));
        key.append(store.backups().size());
        Set<String> late = new HashSet<>();
        zombies.forEach(z -> late.add(z.toString()));
        key.append(late);
        for (SimulatedInstance i : instances) {
            ProcessTime now = now(i);
            key.append('|').append(i.alive).append(i.paused).append(i.suspended);
            key.append(i.message).append(i.preflight).append(i.restore).append(i.save);
            key.append(Long.bitCount(i.memory))
                    .append(i.gate == null ? "-" : "" + now.since(i.gate).toSeconds());
            State s = i.state;
            key.append(s.phase)
                    .append(s.epoch)
                    .append(s.hasState)
                    .append(s.saved)
                    .append(s.releasing);
            for (ProcessTime m : new ProcessTime[] {
                s.phaseSince, s.unchangedSince, s.due, s.renewed, s.asked, s.declined, s.wantSince
            }) {
                key.append(
                        m == null
                                ? "-"
                                : "," + Math.max(-9, Math.min(9, now.since(m).toSeconds())));
            }
            key.append(s.want).append(s.wantAlive).append(s.objection).append(s.row);
        }
        return key.toString();
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("  store " + store + (up ? "" : " (down)"));
        for (SimulatedInstance i : instances) {
            text.append("\n  ")
                    .append(i.name())
                    .append(i.alive ? "" : " dead")
                    .append(i.paused ? " paused " : " ")
                    .append(i.state.phase())
                    .append(" epoch ")
                    .append(i.state.epoch)
                    .append(" gate ")
                    .append(i.gate)
                    .append(" row ")
                    .append(i.state.row);
        }
        return text.toString();
    }

    /** Something that must hold does not. */
    static final class Violation extends AssertionError {
        private static final long serialVersionUID = 1;

        Violation(String message) {
            super(message);
        }
    }
}
