package io.gracefulbackup.ipfs;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.http.BufferedResponse;
import io.gracefulbackup.http.ServiceClient;
import java.io.IOException;
import okhttp3.HttpUrl;
import okhttp3.Request;
import tools.jackson.databind.JsonNode;

/**
 * Sends authenticated requests to Pinata, for both of its APIs.
 *
 * @param http the HTTP client
 * @param credentials the credentials of every request
 */
record PinataClient(ServiceClient http, PinataCredentials credentials) {

    /** Begins an authenticated request. */
    Request.Builder request(HttpUrl url) {
        return credentials.request(url);
    }

    /**
     * Sends a request and returns the response if it is successful.
     *
     * @param permission the permission that the request needs, as Pinata calls it
     * @throws PinataException if Pinata refuses
     */
    BufferedResponse call(Request request, String permission, Deadline deadline) throws IOException {
        BufferedResponse response = http.call(request, deadline);
        if (!response.isSuccess()) {
            throw PinataException.of(response, http.describe(request, response), credentials, permission);
        }
        if (response.isTruncated()) {
            throw new IOException(describe(request, "with more than " + BufferedResponse.MAX_BODY_BYTES + " bytes"));
        }
        return response;
    }

    /**
     * A field of a response.
     *
     * @throws IOException if it is missing or null
     */
    JsonNode requireField(Request request, JsonNode node, String field) throws IOException {
        JsonNode value = node.path(field);
        if (value.isMissingNode() || value.isNull()) {
            throw new IOException(describe(request, "successfully, but without the field \"" + field + "\""));
        }
        return value;
    }

    private String describe(Request request, String content) {
        return http.redact("Pinata answered " + content + " to " + request.method() + " "
                + request.url().newBuilder().query(null).build());
    }
}
