package io.gracefulbackup.internal.handoff.protocol;

/**
 * The host application's own step between the restore of the state and the first change, its {@code onActive} actions. Until it
 * has ended, the state is not the application's yet: the gate stays closed, and nothing is saved or handed over.
 *
 * @param number the number of the last command to activate, or 0
 * @param stage how far the host is
 */
record HostStep(long number, Stage stage) {

    /** How far the host is. */
    enum Stage {
        /** Was never told to activate, or was told to retire. */
        IDLE,
        /** Its activation is under way. */
        ACTIVATING,
        /** Its activation has ended. */
        ACTIVE,
        /** Was told to retire while its activation was under way, which goes on. */
        RETIRING
    }

    static final HostStep NONE = new HostStep(0, Stage.IDLE);

    boolean isIdle() {
        return stage == Stage.IDLE;
    }

    boolean isActive() {
        return stage == Stage.ACTIVE;
    }

    boolean isActivating() {
        return stage == Stage.ACTIVATING;
    }

    boolean isRetiring() {
        return stage == Stage.RETIRING;
    }

    /** Returns the step after the host was told to activate. */
    HostStep activating(long withNumber) {
        return new HostStep(withNumber, Stage.ACTIVATING);
    }

    /** Returns the step after the activation under way has ended well. */
    HostStep activated() {
        return new HostStep(number, isRetiring() ? Stage.IDLE : Stage.ACTIVE);
    }

    /** Returns the step after the host was told to retire. */
    HostStep retired() {
        return new HostStep(number, isActivating() ? Stage.RETIRING : Stage.IDLE);
    }
}
