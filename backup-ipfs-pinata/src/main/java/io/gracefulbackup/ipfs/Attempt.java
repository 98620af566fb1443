package io.gracefulbackup.ipfs;

import io.gracefulbackup.Deadline;
import io.gracefulbackup.http.Answer;
import io.gracefulbackup.http.HttpService.Opened;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * What came of asking one gateway for a file.
 *
 * @param outcome how good it is
 * @param gateway who was asked
 * @param connection where the bytes come from, if it is good; to be closed
 * @param body the bytes from the wanted position on, if it is good
 * @param failure what went wrong, if it is not
 * @param told how long the gateway asks to wait, or null
 */
record Attempt(
        Outcome outcome,
        Gateway gateway,
        @Nullable Opened connection,
        InputStream body,
        String failure,
        @Nullable Duration told) {

    /** From bad to good. */
    enum Outcome {
        /** Asking again would change nothing. */
        FINAL,
        /** The gateway announces another size than the file has. */
        WRONG_SIZE,
        /** The gateway does not know the file, at least not yet. */
        MISSING,
        /** It may be there later. */
        TEMPORARY,
        /** There it is. */
        GOOD
    }

    /**
     * Asks.
     *
     * @param position the first byte that is wanted
     * @param size how many bytes the file has, or null
     */
    static Attempt of(Gateway gateway, Wanted wanted, long position, @Nullable Long size, Deadline deadline) {
        Opened opened = null;
        boolean good = false;
        try {
            opened = gateway.get(wanted.cid().text(), position, deadline);
            Outcome outcome = outcome(opened.response(), position);
            if (outcome != Outcome.GOOD) {
                Answer answer = opened.answer();
                return failed(outcome, gateway, gateway.describe(opened, answer), answer.retryAfter());
            }
            long announced = announced(opened.response(), position);
            if (size != null && announced >= 0 && announced != size) {
                String what = gateway + " announces " + announced + " bytes instead of " + size;
                return failed(Outcome.WRONG_SIZE, gateway, what, null);
            }
            InputStream body = opened.response().code() == 416
                    ? InputStream.nullInputStream()
                    : opened.response().body().byteStream();
            if (opened.response().code() == 200) {
                body.skipNBytes(position);
            }
            good = true;
            return new Attempt(Outcome.GOOD, gateway, opened, body, "", null);
        } catch (EOFException shorter) {
            return failed(
                    Outcome.TEMPORARY, gateway, gateway + " has fewer than the " + position + " bytes that came", null);
        } catch (IOException e) {
            return failed(Outcome.TEMPORARY, gateway, String.valueOf(e.getMessage()), null);
        } finally {
            if (!good && opened != null) {
                opened.close();
            }
        }
    }

    private static Attempt failed(Outcome outcome, Gateway gateway, String failure, @Nullable Duration told) {
        return new Attempt(outcome, gateway, null, InputStream.nullInputStream(), failure, told);
    }

    private static Outcome outcome(Response response, long position) {
        return switch (response.code()) {
            case 200 -> Outcome.GOOD;
            case 206 -> startsAt(response, position) ? Outcome.GOOD : Outcome.TEMPORARY;
            case 404, 410 -> Outcome.MISSING;
            case 416 -> endsAt(response, position) ? Outcome.GOOD : Outcome.TEMPORARY;
            case 408, 429 -> Outcome.TEMPORARY;
            default -> response.code() >= 500 ? Outcome.TEMPORARY : Outcome.FINAL;
        };
    }

    private static boolean startsAt(Response response, long position) {
        String range = response.header("Content-Range");
        return range != null && range.startsWith("bytes " + position + "-");
    }

    private static boolean endsAt(Response response, long position) {
        return ("bytes */" + position).equals(response.header("Content-Range"));
    }

    /** The size of the whole file as the answer gives it; negative if it does not. */
    private static long announced(Response response, long position) {
        long rest = response.body().contentLength();
        return switch (response.code()) {
            case 200 -> rest;
            case 206 -> rest < 0 ? rest : rest + position;
            default -> position;
        };
    }
}
