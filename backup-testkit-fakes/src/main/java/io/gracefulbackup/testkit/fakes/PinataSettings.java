package io.gracefulbackup.testkit.fakes;

import io.gracefulbackup.testkit.fakes.FakePinata.AnswerStyle;
import io.gracefulbackup.testkit.fakes.FakePinata.ErrorStyle;
import io.gracefulbackup.testkit.fakes.FakePinata.ListOrder;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** The current behaviour of the fake Pinata. Written by tests, read by the servers' threads. */
final class PinataSettings {
    final RateLimits rateLimits = new RateLimits();
    volatile PinataChunking chunking = PinataChunking.CLASSIC;
    volatile AnswerStyle answers = AnswerStyle.CHATTY;
    volatile ErrorStyle errors = ErrorStyle.AS_DOCUMENTED;
    volatile ListOrder order = ListOrder.NEWEST_FIRST;
    volatile int defaultCidVersion;
    volatile boolean sharedCatalogue;
    volatile boolean planUsedUp;
    volatile boolean revoked;
    volatile boolean cidsPending;
    volatile boolean ranges = true;
    volatile Duration servedAfter = Duration.ZERO;
    volatile @Nullable String gatewayToken;
    volatile long largestForm = 90L << 20;
    volatile Set<PinataScope> scopes = EnumSet.allOf(PinataScope.class);

    boolean chatty() {
        return answers == AnswerStyle.CHATTY;
    }

    /** An error of the legacy API, with a reason and details. */
    ReplyException legacyError(int status, String reason, String details) {
        return error(status, Json.object().put("reason", reason).put("details", details), details);
    }

    /** An error of the v3 API, with a code and a message. */
    ReplyException v3Error(int status, String message) {
        return error(status, Json.object().put("code", status).put("message", message), message);
    }

    private ReplyException error(int status, ObjectNode documented, String text) {
        return new ReplyException(
                switch (errors) {
                    case AS_DOCUMENTED -> Reply.json(status, Json.object().set("error", documented));
                    case TEXT -> Reply.json(status, Json.object().put("error", text));
                    case HTML -> Reply.text(status, "text/html", "<html><body>" + text + "</body></html>");
                    case EMPTY -> Reply.empty(status);
                });
    }
}
