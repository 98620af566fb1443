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

/** Something that goes wrong with one request. Handed to a fake's {@code next} or {@code always}; may be used many times. */
public abstract class Fault {
    private static final long FOREVER_DAYS = 365;
    private static final String OTHER_CID = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku";

    Fault() {}

    /** What happens before anything of the body is read. */
    void before(Running running) throws IOException {}

    /** What the server gets of the body. */
    InputStream request(InputStream body, Running running) {
        return body;
    }

    /** What is answered without doing anything. */
    Optional<Reply> instead() {
        return Optional.empty();
    }

    /** What becomes of the answer, when the work is done. */
    Reply reply(Reply reply) throws IOException {
        return reply;
    }

    /** What the client gets of the answer's body. */
    OutputStream response(OutputStream body, Running running) {
        return body;
    }

    /** Nothing goes wrong. */
    static Fault none() {
        return new Fault() {};
    }

    /** The whole request is read, nothing is done, and this is the answer. */
    public static Fault answer(int status, String contentType, String body) {
        return instead(Reply.text(status, contentType, body));
    }

    /** An error whose JSON has a plain text in {@code error} and in {@code message}. */
    public static Fault error(int status) {
        String text = "Something went wrong";
        return instead(Reply.json(status, Json.object().put("error", text).put("message", text)));
    }

    /** An error with a page of HTML, as a proxy before the service sends it. */
    public static Fault html(int status) {
        return answer(status, "text/html", "<html><head><title>" + status + "</title></head><body>nginx</body></html>");
    }

    /** An error with nothing in it. */
    public static Fault empty(int status) {
        return instead(Reply.empty(status));
    }

    /** Status 429, with the headers that tell when to come again. */
    public static Fault tooManyRequests(Duration retryAfter) {
        return new Fault() {
            @Override
            Optional<Reply> instead() {
                return Optional.of(RateLimits.refusal(0, retryAfter));
            }
        };
    }

    /** Status 307 to another address. */
    public static Fault redirect(URI to) {
        return instead(Reply.empty(307).with("Location", to.toString()));
    }

    /** Status 200 with a JSON text of about that many bytes, none of which means anything. */
    public static Fault hugeAnswer(long bytes) {
        return instead(new Reply(200, Map.of("Content-Type", "application/json"), new Padding(bytes)));
    }

    /** Reads nothing and answers nothing, until the client gives up or the fake is closed. */
    public static Fault silent() {
        return delayed(Duration.ofDays(FOREVER_DAYS));
    }

    /** Reads nothing for a while, then does the work. */
    public static Fault delayed(Duration time) {
        return new Fault() {
            @Override
            void before(Running running) throws IOException {
                running.pause(time);
            }
        };
    }

    /** Takes the request's body at this pace. (The system's buffers take the first bytes faster.) */
    public static Fault slowRequest(long bytesPerSecond) {
        return new Fault() {
            @Override
            InputStream request(InputStream body, Running running) {
                return Pipe.slow(body, bytesPerSecond, running);
            }
        };
    }

    /** Sends the answer's body at this pace. */
    public static Fault slowResponse(long bytesPerSecond) {
        return new Fault() {
            @Override
            OutputStream response(OutputStream body, Running running) {
                return Pipe.slow(body, bytesPerSecond, running);
            }
        };
    }

    /** Closes the connection after so many bytes of the request's body, without an answer; nothing is done. */
    public static Fault cutRequestAfter(long bytes) {
        return new Fault() {
            @Override
            InputStream request(InputStream body, Running running) {
                return Pipe.cut(body, bytes);
            }
        };
    }

    /** Closes the connection after so many bytes of the answer's body; the work is done. */
    public static Fault cutResponseAfter(long bytes) {
        return new Fault() {
            @Override
            OutputStream response(OutputStream body, Running running) {
                return Pipe.cut(body, bytes);
            }
        };
    }

    /** Does the work, then closes the connection without an answer. */
    public static Fault lostAnswer() {
        return new Fault() {
            @Override
            Reply reply(Reply reply) throws IOException {
                throw new IOException("The answer is lost on purpose");
            }
        };
    }

    /** The answer, without a field: wherever in the JSON it stands. */
    public static Fault without(String field) {
        return changed(object -> object.remove(field));
    }

    /** The answer, with another value in a field: wherever in the JSON it stands. */
    public static Fault with(String field, Object value) {
        return changed(object -> replace(object, field, value));
    }

    /** The answer names the CID of other content. */
    public static Fault wrongCid() {
        return changed(object -> {
            replace(object, "IpfsHash", OTHER_CID);
            replace(object, "cid", OTHER_CID);
            replace(object, "ipfs_pin_hash", OTHER_CID);
        });
    }

    /** One bit in the middle of the answer's body is flipped. */
    public static Fault corruptBody() {
        return new Fault() {
            @Override
            Reply reply(Reply reply) {
                return reply.with(new FlippedBit(reply.body()));
            }
        };
    }

    /** One bit of the request's body is flipped in that byte, counted from 0: the service gets, and has, something else. */
    public static Fault corruptRequest(long at) {
        return new Fault() {
            @Override
            InputStream request(InputStream body, Running running) {
                return Pipe.flipped(body, at);
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
