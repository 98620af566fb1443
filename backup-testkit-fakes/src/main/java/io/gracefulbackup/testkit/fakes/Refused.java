package io.gracefulbackup.testkit.fakes;

/** Ends the handling of a request with an answer that says no. */
final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Reply reply;

    Refused(Reply reply) {
        super("HTTP " + reply.status(), null, false, false);
        this.reply = reply;
    }

    Reply reply() {
        return reply;
    }
}
