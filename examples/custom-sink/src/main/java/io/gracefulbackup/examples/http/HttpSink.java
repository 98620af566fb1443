package io.gracefulbackup.examples.http;

import io.gracefulbackup.BackupHeader;
import io.gracefulbackup.BackupId;
import io.gracefulbackup.Deadline;
import io.gracefulbackup.RetentionPolicy;
import io.gracefulbackup.spi.BackupSink;
import io.gracefulbackup.spi.Listing;
import io.gracefulbackup.spi.SealedBackup;
import io.gracefulbackup.spi.StoredBackup;
import io.gracefulbackup.spi.StoredBackup.Hint;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Keeps backups as files in a directory of a web server. The server must support PUT, GET, DELETE and MOVE, and list
 * the directory as JSON.
 */
final class HttpSink implements BackupSink {
    static final String NAME = "http";

    private static final int NOT_FOUND = 404;

    private final DeadlineHttpClient client;
    private final URI directory;
    private final String application;
    private final Pattern namePattern;

    HttpSink(URI directory, String token, String application) {
        this.client = new DeadlineHttpClient(token);
        this.directory = directory;
        this.application = application;
        // The name of a file contains everything that a listing needs.
        this.namePattern =
                Pattern.compile(Pattern.quote(application) + "~(\\d{1,18})-(\\d{1,18})-(\\d{1,15})-([0-9a-f]{32})");
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public RetentionPolicy defaultRetention() {
        return RetentionPolicy.keepLast(5);
    }

    /**
     * Uploads the backup under a temporary name that {@link #list} ignores, reads it back to verify it, and only then
     * gives it its final name.
     */
    @Override
    public StoredBackup store(SealedBackup backup, Deadline deadline) throws IOException {
        String name = nameOf(backup.header());
        if (!holds(name, backup.sha256(), deadline)) {
            String temporaryName = temporaryName(name);
            upload(temporaryName, body(backup), backup.sha256(), deadline);
            move(temporaryName, name, deadline);
        }
        return StoredBackup.stored(
                name, Hint.of(backup.header(), backup.size()), List.of("✅ HTTP backup saved to " + uri(name)));
    }

    /** Takes the steps of a store with a few bytes, under temporary names, and deletes them. */
    @Override
    public void probe(Deadline deadline) throws IOException {
        byte[] sample = UUID.randomUUID().toString().getBytes(StandardCharsets.US_ASCII);
        String uploaded = temporaryName(application);
        String moved = temporaryName(application);
        try {
            upload(uploaded, BodyPublishers.ofByteArray(sample), hex(sha256().digest(sample)), deadline);
            move(uploaded, moved, deadline);
        } finally {
            delete(uploaded, deadline);
            delete(moved, deadline);
        }
    }

    /** Lists the backups. A missing directory is a failure, not an empty listing, because the address may be wrong. */
    @Override
    public Listing list(Deadline deadline) throws IOException {
        String index = client.send(client.request("GET", directory), BodyHandlers.ofString(), 0, deadline)
                .body();
        List<StoredBackup> entries = new ArrayList<>();
        try {
            for (JsonNode file : JsonMapper.shared().readTree(index)) {
                Matcher name = namePattern.matcher(file.path("name").asString());
                if (name.matches()) {
                    entries.add(StoredBackup.at(
                            name.group(), hint(name, file.path("size").asLong())));
                }
            }
        } catch (JacksonException e) {
            throw new IOException(directory + " is not listed as JSON; nginx needs autoindex_format json", e);
        }
        return Listing.of(entries);
    }

    @Override
    public InputStream open(StoredBackup backup, Deadline deadline) throws IOException {
        InputStream body = client.send(
                        client.request("GET", uri(backup.location())), BodyHandlers.ofInputStream(), 0, deadline)
                .body();
        deadline.onExpiry(() -> close(body)); // Further reads throw an IOException.
        return body;
    }

    @Override
    public void delete(StoredBackup backup, Deadline deadline) throws IOException {
        delete(backup.location(), deadline);
    }

    private void delete(String name, Deadline deadline) throws IOException {
        client.send(client.request("DELETE", uri(name)), BodyHandlers.discarding(), NOT_FOUND, deadline);
    }

    /** Uploads a file, and reads it back to verify it. */
    private void upload(String name, BodyPublisher body, String sha256, Deadline deadline) throws IOException {
        client.send(client.request("PUT", uri(name)).PUT(body), BodyHandlers.discarding(), 0, deadline);
        if (!holds(name, sha256, deadline)) {
            throw new IOException(uri(name) + " does not contain the uploaded bytes; check the disk of the server");
        }
    }

    private void move(String name, String target, Deadline deadline) throws IOException {
        client.send(
                client.request("MOVE", uri(name))
                        .header("Destination", uri(target).toString()),
                BodyHandlers.discarding(),
                0,
                deadline);
    }

    /** Whether the server returns the bytes with this digest under a name. */
    private boolean holds(String name, String sha256, Deadline deadline) throws IOException {
        MessageDigest digest = sha256();
        client.send(
                client.request("GET", uri(name)),
                BodyHandlers.ofByteArrayConsumer(chunk -> chunk.ifPresent(digest::update)),
                NOT_FOUND,
                deadline);
        return hex(digest.digest()).equals(sha256);
    }

    private static String hex(byte[] digest) {
        return HexFormat.of().formatHex(digest);
    }

    /** A name that {@link #list} ignores. */
    private static String temporaryName(String name) {
        return name + "." + UUID.randomUUID() + ".part";
    }

    private String nameOf(BackupHeader header) {
        return application + "~" + header.epoch() + "-" + header.sequence() + "-"
                + header.createdAt().toEpochMilli() + "-" + header.id();
    }

    private static Hint hint(Matcher name, long size) {
        Instant createdAt = Instant.ofEpochMilli(Long.parseLong(name.group(3)));
        return new Hint(
                new BackupId(name.group(4)),
                Long.parseLong(name.group(1)),
                Long.parseLong(name.group(2)),
                size,
                createdAt);
    }

    private URI uri(String name) {
        return directory.resolve(name);
    }

    private static BodyPublisher body(SealedBackup backup) {
        return BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(() -> stream(backup)), backup.size());
    }

    private static InputStream stream(SealedBackup backup) {
        try {
            return backup.newStream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void close(InputStream body) {
        try {
            body.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256, but this one does not", e);
        }
    }
}
