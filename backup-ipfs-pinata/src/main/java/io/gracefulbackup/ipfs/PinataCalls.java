package io.gracefulbackup.ipfs;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.http.Answer;
import io.gracefulbackup.http.HttpService;
import java.io.IOException;
import okhttp3.HttpUrl;
import okhttp3.Request;
import tools.jackson.databind.JsonNode;

/**
 * How both APIs ask.
 *
 * @param service what is asked
 * @param access with which credentials
 */
record PinataCalls(HttpService service, Access access) {

    Request.Builder request(HttpUrl url) {
        return access.request(url);
    }

    /** The answer to a call that succeeds. */
    Answer call(Request request, String permission, Deadline deadline) throws IOException {
        Answer answer = service.call(request, deadline);
        if (!answer.isSuccess()) {
            throw PinataException.of(answer, service.describe(request, answer), access, permission);
        }
        if (answer.isCut()) {
            throw new IOException(describe(request, "more than " + Answer.LONGEST + " bytes, which is absurd"));
        }
        return answer;
    }

    /** A field of an answer that must be there, and have members if it is an array or object. */
    JsonNode required(Request request, JsonNode node, String field) throws IOException {
        JsonNode value = node.path(field);
        if (value.isMissingNode() || value.isNull()) {
            throw new IOException(describe(request, "success, but without the field \"" + field + "\""));
        }
        return value;
    }

    private String describe(Request request, String what) {
        return service.hide("Pinata answered " + what + ", to " + request.method() + " "
                + request.url().newBuilder().query(null).build());
    }
}
