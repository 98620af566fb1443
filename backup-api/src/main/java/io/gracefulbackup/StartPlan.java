package io.gracefulbackup;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What {@code install()} would do now. Immutable. Later versions of the library may add values and actions. */
public final class StartPlan {
    private final Action action;
    private final @Nullable BackupHeader backup;
    private final @Nullable String reason;
    private final List<String> explanation;

    /** What {@code install()} can do. */
    public enum Action {
        /** Restore a backup. */
        RESTORE,
        /** Start without one. */
        START_EMPTY,
        /** Wait without the state, because another instance has it. */
        STAND_BY,
        /** Refuse to start. */
        REFUSE
    }

    private StartPlan(Action action, @Nullable BackupHeader backup, @Nullable String reason, List<String> explanation) {
        this.action = action;
        this.backup = backup;
        this.reason = reason;
        this.explanation = List.copyOf(explanation);
    }

    /** A plan to restore that backup. */
    public static StartPlan restore(BackupHeader backup, List<String> explanation) {
        return new StartPlan(Action.RESTORE, backup, null, explanation);
    }

    /** A plan to start without a backup. */
    public static StartPlan startEmpty(List<String> explanation) {
        return new StartPlan(Action.START_EMPTY, null, null, explanation);
    }

    /** A plan to wait without the state; the reason names the instance that has it. */
    public static StartPlan standBy(String reason, List<String> explanation) {
        return new StartPlan(Action.STAND_BY, null, reason, explanation);
    }

    /** A plan not to start, for that reason. */
    public static StartPlan refuse(String reason, List<String> explanation) {
        return new StartPlan(Action.REFUSE, null, reason, explanation);
    }

    /** What {@code install()} would do. */
    public Action action() {
        return action;
    }

    /** The backup that {@code install()} would try first. */
    public Optional<BackupHeader> backup() {
        return Optional.ofNullable(backup);
    }

    /** Why {@code install()} would refuse to start, or stand by. */
    public Optional<String> reason() {
        return Optional.ofNullable(reason);
    }

    /** What was found and decided, as sentences in this order; unmodifiable. */
    public List<String> explanation() {
        return explanation;
    }

    /** The plan, for logs. */
    @Override
    public String toString() {
        return "StartPlan[" + action + ", backup=" + backup + ", reason=" + reason + ", explanation=" + explanation
                + "]";
    }
}
