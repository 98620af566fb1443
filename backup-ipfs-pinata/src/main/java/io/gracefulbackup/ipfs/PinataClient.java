package io.gracefulbackup.ipfs;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.http.BufferedResponse;
import io.gracefulbackup.http.ServiceClient;
import java.io.IOException;
import okhttp3.HttpUrl;
import okhttp3.Request;
import tools.jackson.databind.JsonNode;

/**
 * How both APIs ask.
 *
 * @param http what is asked
 * @param credentials with which credentials
 */
record PinataClient(ServiceClient http, PinataCredentials credentials) {

    Request.Builder request(HttpUrl url) {
        return credentials.request(url);
    }

    /** The answer to a call that succeeds. */
    BufferedResponse call(Request request, String permission, Deadline deadline) throws IOException {
        BufferedResponse response = http.call(request, deadline);
        if (!response.isSuccess()) {
            throw PinataException.of(response, http.describe(request, response), credentials, permission);
        }
        if (response.isTruncated()) {
            throw new IOException(
                    describe(request, "more than " + BufferedResponse.MAX_BODY_BYTES + " bytes, which is absurd"));
        }
        return response;
    }

    /** A field of an answer that must be there, and have members if it is an array or object. */
    JsonNode requireField(Request request, JsonNode node, String field) throws IOException {
        JsonNode value = node.path(field);
        if (value.isMissingNode() || value.isNull()) {
            throw new IOException(describe(request, "success, but without the field \"" + field + "\""));
        }
        return value;
    }

    private String describe(Request request, String content) {
        return http.redact("Pinata answered " + content + ", to " + request.method() + " "
                + request.url().newBuilder().query(null).build());
    }
}
