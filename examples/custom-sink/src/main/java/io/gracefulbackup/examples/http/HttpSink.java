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

/** Keeps backups as files in one directory of a web server that takes PUT, GET, DELETE and MOVE and lists it as JSON. */
final class HttpSink implements BackupSink {
    static final String NAME = "http";

    private static final int NOT_THERE = 404;

    private final Http http;
    private final URI directory;
    private final String application;
    private final Pattern names;

    HttpSink(URI directory, String token, String application) {
        this.http = new Http(token);
        this.directory = directory;
        this.application = application;
        // What the catalogue must know of a backup is in its name.
        this.names =
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

    /** Uploads under a name that is never listed, reads it back, and only then gives it the name that is. */
    @Override
    public StoredBackup store(SealedBackup backup, Deadline deadline) throws IOException {
        String name = nameOf(backup.header());
        if (!holds(name, backup, deadline)) {
            String part = name + "." + UUID.randomUUID() + ".part";
            http.send(http.request("PUT", at(part)).PUT(body(backup)), BodyHandlers.discarding(), 0, deadline);
            if (!holds(part, backup, deadline)) {
                throw new IOException(at(part) + " holds other bytes than it was given; check the server's disk");
            }
            http.send(
                    http.request("MOVE", at(part)).header("Destination", at(name).toString()),
                    BodyHandlers.discarding(),
                    0,
                    deadline);
        }
        return new StoredBackup(
                name, Hint.of(backup.header(), backup.size()), List.of("✅ HTTP backup saved to " + at(name)));
    }

    /** A directory that is not there is a failure, not an empty one: the address may be wrong. */
    @Override
    public Listing list(Deadline deadline) throws IOException {
        String index = http.send(http.request("GET", directory), BodyHandlers.ofString(), 0, deadline)
                .body();
        List<StoredBackup> entries = new ArrayList<>();
        try {
            for (JsonNode file : JsonMapper.shared().readTree(index)) {
                Matcher name = names.matcher(file.path("name").asString());
                if (name.matches()) {
                    entries.add(StoredBackup.at(
                            name.group(), hint(name, file.path("size").asLong())));
                }
            }
        } catch (JacksonException other) {
            throw new IOException(directory + " is not listed as JSON; nginx needs autoindex_format json", other);
        }
        return Listing.of(entries);
    }

    @Override
    public InputStream open(StoredBackup backup, Deadline deadline) throws IOException {
        InputStream body = http.send(
                        http.request("GET", at(backup.location())), BodyHandlers.ofInputStream(), 0, deadline)
                .body();
        deadline.onExpiry(() -> close(body)); // whoever reads it then gets an IOException
        return body;
    }

    @Override
    public void delete(StoredBackup backup, Deadline deadline) throws IOException {
        http.send(http.request("DELETE", at(backup.location())), BodyHandlers.discarding(), NOT_THERE, deadline);
    }

    /** Whether the server gives back, under that name, what it was given. */
    private boolean holds(String name, SealedBackup backup, Deadline deadline) throws IOException {
        MessageDigest digest = sha256();
        http.send(
                http.request("GET", at(name)),
                BodyHandlers.ofByteArrayConsumer(piece -> piece.ifPresent(digest::update)),
                NOT_THERE,
                deadline);
        return HexFormat.of().formatHex(digest.digest()).equals(backup.sha256());
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

    private URI at(String name) {
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
            throw new IllegalStateException("Every Java platform has SHA-256, but this one has not", e);
        }
    }
}
