package io.gracefulbackup.internal.handoff.protocol;

import io.gracefulbackup.BackupId;
import io.gracefulbackup.internal.handoff.protocol.SimulatedDatabase.Backup;
import io.gracefulbackup.internal.handoff.protocol.SimulatedDatabase.Flaw;
import io.gracefulbackup.spi.lease.LeaseResult;
import io.gracefulbackup.spi.lease.LeaseRow.Terms;
import io.gracefulbackup.spi.lease.LeaseStep;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Instances that run the real protocol, a simulated database and simulated clocks. Every message may take any time, and every
 * choice is made from outside, so that a search can make all of them. The {@link Invariants} are checked after each choice.
 */
final class LeaseSimulation {
    static final Timing TIMING = new Timing(
            Duration.ofSeconds(4),
            Duration.ofSeconds(1),
            Duration.ofMillis(500),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            Duration.ofSeconds(3),
            Duration.ofSeconds(3),
            Duration.ofSeconds(6),
            Duration.ofSeconds(40));

    private static final Terms TERMS = new Terms("site", List.of("key"), 1);
    private static final Terms OTHER_TERMS = new Terms("elsewhere", List.of("key"), 1);
    private static final long SECOND = 1000;
    private static final int LONGEST_RECOVERY = 60;

    private final SafetyRules rules;
    private final Set<Fault> faults;
    private final int maxInstances;
    /** Whether messages arrive within a second while the database is up. */
    private final boolean isPrompt;

    private final SimulatedDatabase database;
    private final Invariants invariants;
    private final List<SimulatedInstance> instances = new ArrayList<>();
    private final List<LateArrival> lateArrivals = new ArrayList<>();
    private final List<String> history = new ArrayList<>();
    private final Map<Phase, Integer> visited = new EnumMap<>(Phase.class);
    private long time = 1_000_000;
    private long databaseRestoredAt = Long.MIN_VALUE / 2;
    private int faultsLeft;
    private int backups;

    LeaseSimulation(
            SafetyRules rules, Set<Flaw> flaws, Set<Fault> faults, int faultsLeft, int maxInstances, boolean isPrompt) {
        this.rules = rules;
        this.faults = faults;
        this.faultsLeft = faultsLeft;
        this.maxInstances = maxInstances;
        this.isPrompt = isPrompt;
        this.database = new SimulatedDatabase(flaws, TIMING.term());
        // A message that is late may cost as much as a pause.
        this.invariants = new Invariants(this::describe, !isPrompt);
    }

    long time() {
        return time;
    }

    SimulatedDatabase database() {
        return database;
    }

    Invariants invariants() {
        return invariants;
    }

    List<SimulatedInstance> instances() {
        return Collections.unmodifiableList(instances);
    }

    List<LateArrival> lateArrivals() {
        return Collections.unmodifiableList(lateArrivals);
    }

    /** Returns how often each phase was entered or kept. */
    Map<Phase, Integer> visited() {
        return Collections.unmodifiableMap(visited);
    }

    // ---- the search

    List<Choice> choices() {
        return new Choices(this, fault -> faultsLeft > 0 && faults.contains(fault)).list();
    }

    void make(Choice choice) {
        history.add(time / SECOND % 1000 + " " + choice);
        if (choice.fault() != null) {
            faultsLeft--;
        }
        choice.effect().run();
        invariants.atMostOneAccepts(instances.stream()
                .filter(SimulatedInstance::accepts)
                .map(SimulatedInstance::name)
                .toList());
    }

    /** From here on nothing goes wrong any more: some instance must accept changes before long. */
    void mustRecover() {
        faultsLeft = 0;
        database.setUp(true);
        history.add("-- no faults from here");
        lateArrivals.clear();
        instances.forEach(SimulatedInstance::resume);
        if (instances.stream().noneMatch(i -> i.isAlive && !i.isStopping())) {
            start();
        }
        for (int second = 0; second < LONGEST_RECOVERY; second++) {
            settle(Choices::mustHappen);
            if (instances.stream().anyMatch(SimulatedInstance::accepts)
                    && instances.stream().noneMatch(i -> i.isAlive && i.isStopping())) {
                return;
            }
            make(new Choice("", Choices.SECOND, null, 1, this::tick));
        }
        invariants.require(false, "nobody accepts changes after a minute without faults");
    }

    /** Everything happens that is to happen without the passing of time. */
    private void settle(Predicate<Choice> which) {
        for (int n = 0; n < 200; n++) {
            Optional<Choice> next = choices().stream().filter(which).findFirst();
            if (next.isEmpty()) {
                return;
            }
            make(next.get());
        }
        invariants.require(false, "messages without end");
    }

    private String describe() {
        return history.stream().map(line -> "  " + line + "\n").collect(Collectors.joining()) + "  database "
                + database
                + instances.stream().map(instance -> "\n  " + instance).collect(Collectors.joining());
    }

    // ---- what may happen

    boolean mayTimePass() {
        return !(isPrompt && database.isUp() && instances.stream().anyMatch(SimulatedInstance::isBusy));
    }

    void tick() {
        time += SECOND;
        instances.forEach(instance -> instance.pass(SECOND));
        database.remember();
    }

    /** Long enough for another instance to take over. */
    void passTenSeconds() {
        for (int second = 0; second < 10; second++) {
            settle(Choices::isProgress);
            make(new Choice("", Choices.SECOND, null, 1, this::tick));
        }
    }

    boolean mayStartInstance() {
        boolean hasSettled = !isPrompt || time >= databaseRestoredAt + 3 * SECOND;
        return instances.size() < maxInstances && database.isUp() && hasSettled;
    }

    void start() {
        Terms terms = faults.contains(Fault.MISMATCHED_TERMS) && instances.size() == 1 ? OTHER_TERMS : TERMS;
        SimulatedInstance instance = new SimulatedInstance(this, new Instance("i" + instances.size(), terms), rules);
        instances.add(instance);
        instance.takeIn(new Event.Tick(instance.now()));
    }

    void restoreDatabase() {
        database.restore(time / SECOND + invariants.changes());
        databaseRestoredAt = time;
        // The holder recovers if the others know of it and messages arrive in time; else its changes may be lost.
        if (!isPrompt || !isHolderKnownToAll()) {
            invariants.allowDispute();
        }
    }

    private boolean isHolderKnownToAll() {
        Optional<SimulatedInstance> holder =
                instances.stream().filter(SimulatedInstance::accepts).findFirst();
        return holder.isPresent() && instances.stream().allMatch(i -> !i.isAlive || i.knowsOf(holder.get()));
    }

    void arriveLate(LateArrival arrival) {
        lateArrivals.add(arrival);
    }

    void arrive(int which) {
        LateArrival arrival = lateArrivals.remove(which);
        if (arrival.step() != null) {
            execute(arrival.sender(), arrival.step());
        } else if (arrival.backup() != null) {
            publish(arrival.backup());
        }
    }

    LeaseResult execute(String sender, LeaseStep step) {
        LeaseResult result = database.execute(sender, step, time);
        if (result.done() && step instanceof LeaseStep.Release release && release.finalId() != null) {
            SimulatedInstance holder = instances.stream()
                    .filter(instance -> instance.name().equals(sender))
                    .findFirst()
                    .orElseThrow();
            invariants.released(holder, release.finalId(), database.contents());
        }
        return result;
    }

    /** Returns whether the backup was stored as a fork. */
    boolean publish(Backup sealed) {
        Backup stored = database.publish(sealed);
        invariants.published(stored, database.contents());
        return stored.isFork();
    }

    BackupId newBackupId() {
        return new BackupId("%032x".formatted(++backups));
    }

    void visited(Phase phase) {
        visited.merge(phase, 1, Integer::sum);
    }
}
