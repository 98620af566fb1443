package io.gracefulbackup.ipfs;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.http.BufferedResponse;
import io.gracefulbackup.http.ServiceClient.StreamingResponse;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * The response of one gateway to a request for a file.
 *
 * @param outcome whether the gateway sends the file
 * @param gateway the gateway
 * @param connection the connection that the bytes come from, to be closed; null unless successful
 * @param body the bytes from the requested position on; empty unless successful
 * @param failure the reason for the operator; empty if successful
 * @param retryAfter how long the gateway asks to wait, or null
 */
record GatewayResponse(
        Outcome outcome,
        Gateway gateway,
        @Nullable StreamingResponse connection,
        InputStream body,
        String failure,
        @Nullable Duration retryAfter) {

    /** What a gateway answered, from the worst outcome to the best. */
    enum Outcome {
        /** Repeating the request would change nothing. */
        PERMANENT_FAILURE,
        /** The gateway announces a size that differs from the expected one. */
        WRONG_SIZE,
        /** The gateway does not have the file, or not yet. */
        NOT_FOUND,
        /** The request may succeed later. */
        TEMPORARY_FAILURE,
        /** The gateway sends the file. */
        SUCCESS
    }

    /**
     * Requests a file, once.
     *
     * @param position the index of the first byte to request
     * @param size the expected size of the whole file, or null if unknown
     */
    static GatewayResponse request(
            Gateway gateway, DownloadTarget target, long position, @Nullable Long size, Deadline deadline) {
        StreamingResponse connection = null;
        boolean success = false;
        try {
            connection = gateway.get(target.cid().text(), position, deadline);
            Outcome outcome = outcome(connection.response(), position);
            if (outcome != Outcome.SUCCESS) {
                BufferedResponse buffered = connection.toBuffered();
                return failed(outcome, gateway, gateway.describe(connection, buffered), buffered.retryAfter());
            }
            long announced = announcedSize(connection.response(), position);
            if (size != null && announced >= 0 && announced != size) {
                String failure = gateway + " announces " + announced + " bytes instead of " + size;
                return failed(Outcome.WRONG_SIZE, gateway, failure, null);
            }
            InputStream body = connection.response().code() == 416
                    ? InputStream.nullInputStream()
                    : connection.response().body().byteStream();
            if (connection.response().code() == 200) {
                body.skipNBytes(position);
            }
            success = true;
            return new GatewayResponse(Outcome.SUCCESS, gateway, connection, body, "", null);
        } catch (EOFException e) {
            return failed(
                    Outcome.TEMPORARY_FAILURE,
                    gateway,
                    gateway + " has fewer than the " + position + " bytes already received",
                    null);
        } catch (IOException e) {
            return failed(Outcome.TEMPORARY_FAILURE, gateway, String.valueOf(e.getMessage()), null);
        } finally {
            if (!success && connection != null) {
                connection.close();
            }
        }
    }

    private static GatewayResponse failed(
            Outcome outcome, Gateway gateway, String failure, @Nullable Duration retryAfter) {
        return new GatewayResponse(outcome, gateway, null, InputStream.nullInputStream(), failure, retryAfter);
    }

    private static Outcome outcome(Response response, long position) {
        return switch (response.code()) {
            case 200 -> Outcome.SUCCESS;
            case 206 -> startsAt(response, position) ? Outcome.SUCCESS : Outcome.TEMPORARY_FAILURE;
            case 404, 410 -> Outcome.NOT_FOUND;
            case 416 -> endsAt(response, position) ? Outcome.SUCCESS : Outcome.TEMPORARY_FAILURE;
            case 408, 429 -> Outcome.TEMPORARY_FAILURE;
            default -> response.code() >= 500 ? Outcome.TEMPORARY_FAILURE : Outcome.PERMANENT_FAILURE;
        };
    }

    private static boolean startsAt(Response response, long position) {
        String range = response.header("Content-Range");
        return range != null && range.startsWith("bytes " + position + "-");
    }

    private static boolean endsAt(Response response, long position) {
        return ("bytes */" + position).equals(response.header("Content-Range"));
    }

    /** The size of the whole file that the response announces; negative if it announces none. */
    private static long announcedSize(Response response, long position) {
        long length = response.body().contentLength();
        return switch (response.code()) {
            case 200 -> length;
            case 206 -> length < 0 ? length : length + position;
            default -> position;
        };
    }
}
