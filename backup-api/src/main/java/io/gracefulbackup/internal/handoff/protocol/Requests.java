package io.gracefulbackup.internal.handoff.protocol;

import io.gracefulbackup.internal.support.ProcessTime;
import io.gracefulbackup.spi.lease.LeaseRow.HandoffRequest;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The requests for a handoff: this instance's own, and that of another instance.
 *
 * @param askedAt when the application last wanted the state of another instance, or null
 * @param declinedAt when this instance's own request was last declined, or null
 * @param incoming the request of another instance, or null
 * @param objection why the request of that instance is to be declined, or null if it is not
 */
record Requests(
        @Nullable ProcessTime askedAt,
        @Nullable ProcessTime declinedAt,
        @Nullable Incoming incoming,
        @Nullable String objection) {

    /**
     * The request of another instance.
     *
     * @param request the request as it was last seen
     * @param since when it was first seen with this heartbeat
     * @param isAlive whether it was repeated since it was first seen
     */
    record Incoming(HandoffRequest request, ProcessTime since, boolean isAlive) {
        /** Returns whether a request is one of the same instance. */
        boolean isOf(HandoffRequest other) {
            return request.instance().equals(other.instance());
        }

        /** Returns whether the request was not repeated for a while. */
        boolean isSilent(ProcessTime now, Duration expiry) {
            return now.since(since).compareTo(expiry) >= 0;
        }
    }

    static final Requests NONE = new Requests(null, null, null, null);

    /** Returns the request of another instance, or null. */
    @Nullable
    HandoffRequest request() {
        return incoming == null ? null : incoming.request();
    }

    /** Returns whether the request of another instance has not expired. */
    boolean isCurrent(ProcessTime now, Duration expiry) {
        return incoming != null && !incoming.isSilent(now, expiry);
    }

    /** Returns whether the request of another instance is alive and has not expired. */
    boolean isPending(ProcessTime now, Duration expiry) {
        return isCurrent(now, expiry) && isRepeated();
    }

    /** Returns whether the request of another instance was repeated since it was first seen. */
    boolean isRepeated() {
        return incoming != null && incoming.isAlive();
    }

    /** Returns the requests after the application wanted the state. */
    Requests asked(ProcessTime now) {
        return new Requests(now, declinedAt, incoming, objection);
    }

    /** Returns the requests after this instance's own one was declined. */
    Requests declined(ProcessTime now) {
        return new Requests(null, now, incoming, objection);
    }

    /** Returns the requests after the request of another instance was read. An objection is to one instance only. */
    Requests with(@Nullable Incoming next) {
        boolean isSameInstance = next != null && incoming != null && next.isOf(incoming.request());
        return new Requests(askedAt, declinedAt, next, isSameInstance ? objection : null);
    }

    Requests withObjection(@Nullable String why) {
        return new Requests(askedAt, declinedAt, incoming, why);
    }
}
