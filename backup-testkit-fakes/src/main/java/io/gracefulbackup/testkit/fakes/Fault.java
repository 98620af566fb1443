package io.gracefulbackup.testkit.fakes;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A fault of one request, for {@code next} or {@code always} of a fake. An instance may be used many times. */
public abstract class Fault {
    private static final long FOREVER_DAYS = 365;
    private static final String OTHER_CID = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku";

    Fault() {}

    /** Runs before the request's body is read. */
    void before(Lifetime lifetime) throws IOException {}

    /** The request's body as the server reads it. */
    InputStream request(InputStream body, Lifetime lifetime) {
        return body;
    }

    /** The reply that is sent instead of handling the request, if any. */
    Optional<Reply> instead() {
        return Optional.empty();
    }

    /** Changes the reply after the request was handled. */
    Reply reply(Reply reply) throws IOException {
        return reply;
    }

    /** The reply's body as the client gets it. */
    OutputStream response(OutputStream body, Lifetime lifetime) {
        return body;
    }

    /** No fault. */
    static Fault none() {
        return new Fault() {};
    }

    /** Reads the whole request, does nothing, and sends this answer. */
    public static Fault answer(int status, String contentType, String body) {
        return instead(Reply.text(status, contentType, body));
    }

    /** Sends an error as JSON, with a text in {@code error} and in {@code message}. */
    public static Fault error(int status) {
        String text = "Something went wrong";
        return instead(Reply.json(status, Json.object().put("error", text).put("message", text)));
    }

    /** Sends an error as an HTML page, as a proxy in front of the service does. */
    public static Fault html(int status) {
        return answer(status, "text/html", "<html><head><title>" + status + "</title></head><body>nginx</body></html>");
    }

    /** Sends an error without a body. */
    public static Fault empty(int status) {
        return instead(Reply.empty(status));
    }

    /** Sends status 429, with the headers that name the time to wait. */
    public static Fault tooManyRequests(Duration retryAfter) {
        return new Fault() {
            @Override
            Optional<Reply> instead() {
                return Optional.of(RateLimits.refusal(0, retryAfter));
            }
        };
    }

    /** Sends status 307 with another address. */
    public static Fault redirect(URI to) {
        return instead(Reply.empty(307).with("Location", to.toString()));
    }

    /** Sends status 200 with a meaningless JSON text of about that many bytes. */
    public static Fault hugeAnswer(long bytes) {
        return instead(new Reply(200, Map.of("Content-Type", "application/json"), new Padding(bytes)));
    }

    /** Neither reads nor answers until the client gives up or the fake is closed. */
    public static Fault silent() {
        return delayed(Duration.ofDays(FOREVER_DAYS));
    }

    /** Waits before it reads, then handles the request. */
    public static Fault delayed(Duration time) {
        return new Fault() {
            @Override
            void before(Lifetime lifetime) throws IOException {
                lifetime.pause(time);
            }
        };
    }

    /** Reads the request's body at this rate. The system's buffers take the first bytes faster. */
    public static Fault slowRequest(long bytesPerSecond) {
        return new Fault() {
            @Override
            InputStream request(InputStream body, Lifetime lifetime) {
                return FaultyStreams.slow(body, bytesPerSecond, lifetime);
            }
        };
    }

    /** Sends the answer's body at this rate. */
    public static Fault slowResponse(long bytesPerSecond) {
        return new Fault() {
            @Override
            OutputStream response(OutputStream body, Lifetime lifetime) {
                return FaultyStreams.slow(body, bytesPerSecond, lifetime);
            }
        };
    }

    /** Closes the connection after so many bytes of the request's body. The request is not handled. */
    public static Fault cutRequestAfter(long bytes) {
        return new Fault() {
            @Override
            InputStream request(InputStream body, Lifetime lifetime) {
                return FaultyStreams.cut(body, bytes);
            }
        };
    }

    /** Closes the connection after so many bytes of the answer's body. The request was handled. */
    public static Fault cutResponseAfter(long bytes) {
        return new Fault() {
            @Override
            OutputStream response(OutputStream body, Lifetime lifetime) {
                return FaultyStreams.cut(body, bytes);
            }
        };
    }

    /** Handles the request, then closes the connection without an answer. */
    public static Fault lostAnswer() {
        return new Fault() {
            @Override
            Reply reply(Reply reply) throws IOException {
                throw new IOException("The answer is lost on purpose");
            }
        };
    }

    /** Removes a field from the answer, wherever it is in the JSON. */
    public static Fault without(String field) {
        return changed(object -> object.remove(field));
    }

    /** Sets a field of the answer, wherever it is in the JSON. Answers without the field stay as they are. */
    public static Fault with(String field, Object value) {
        return changed(object -> replace(object, field, value));
    }

    /** Replaces the CIDs in the answer with that of other content. */
    public static Fault wrongCid() {
        return changed(object -> {
            replace(object, "IpfsHash", OTHER_CID);
            replace(object, "cid", OTHER_CID);
            replace(object, "ipfs_pin_hash", OTHER_CID);
        });
    }

    /** Flips one bit in the middle of the answer's body. */
    public static Fault corruptBody() {
        return new Fault() {
            @Override
            Reply reply(Reply reply) {
                return reply.with(new FlippedBit(reply.body()));
            }
        };
    }

    /** Flips one bit of the request's body, so that the service stores something else. The byte is counted from 0. */
    public static Fault corruptRequest(long at) {
        return new Fault() {
            @Override
            InputStream request(InputStream body, Lifetime lifetime) {
                return FaultyStreams.flipped(body, at);
            }
        };
    }

    private static Fault instead(Reply reply) {
        return new Fault() {
            @Override
            Optional<Reply> instead() {
                return Optional.of(reply);
            }
        };
    }

    private interface Change {
        void apply(ObjectNode object);
    }

    private static Fault changed(Change change) {
        return new Fault() {
            @Override
            Reply reply(Reply reply) {
                if (reply.body() instanceof Reply.JsonBody json) {
                    applyToAll(json.tree(), change);
                }
                return reply;
            }
        };
    }

    private static void applyToAll(JsonNode node, Change change) {
        if (node instanceof ObjectNode object) {
            change.apply(object);
        }
        node.forEach(child -> applyToAll(child, change));
    }

    private static void replace(ObjectNode object, String field, Object value) {
        if (object.has(field)) {
            object.set(field, Json.of(value));
        }
    }

    private record Padding(long size) implements Reply.Body {
        private static final byte[] START = "{\"padding\":\"".getBytes(StandardCharsets.US_ASCII);
        private static final byte[] END = "\"}".getBytes(StandardCharsets.US_ASCII);

        @Override
        public long length() {
            return START.length + size + END.length;
        }

        @Override
        public void writeTo(OutputStream out) throws IOException {
            byte[] piece = "x".repeat(64 * 1024).getBytes(StandardCharsets.US_ASCII);
            out.write(START);
            for (long left = size; left > 0; left -= Math.min(left, piece.length)) {
                out.write(piece, 0, (int) Math.min(left, piece.length));
            }
            out.write(END);
        }
    }

    private record FlippedBit(Reply.Body body) implements Reply.Body {
        @Override
        public long length() {
            return body.length();
        }

        @Override
        public void writeTo(OutputStream out) throws IOException {
            body.writeTo(new FilterOutputStream(out) {
                private long left = length() / 2;

                @Override
                public void write(byte[] bytes, int offset, int length) throws IOException {
                    byte[] copy = Arrays.copyOfRange(bytes, offset, offset + length);
                    if (left >= 0 && left < length) {
                        copy[(int) left] ^= 1;
                    }
                    left -= length;
                    out.write(copy);
                }
            });
        }
    }
}
