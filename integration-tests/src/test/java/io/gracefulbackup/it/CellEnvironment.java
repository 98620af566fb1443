package io.gracefulbackup.it;

import io.gracefulbackup.it.hosts.InjectedFault;
import io.gracefulbackup.it.hosts.MatrixHost;
import io.gracefulbackup.testkit.ForkedJvm;
import io.gracefulbackup.testkit.fakes.FakePinata;
import io.gracefulbackup.testkit.fakes.FakeRender;
import io.gracefulbackup.testkit.internal.TcpProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The environment of a cell's hosts: a directory, a database behind a proxy, a Pinata and a Render, all with earlier backups. */
final class CellEnvironment implements AutoCloseable {
    private final ForkedHosts hosts;
    private final MatrixFixture fixture;
    private final FakePinata pinata = FakePinata.start();
    private final FakeRender render = FakeRender.start();
    private final String database;
    private final TcpProxy proxy;
    private final Path control;
    private @Nullable SmallDisk disk;

    CellEnvironment(ForkedHosts hosts, MatrixFixture fixture) throws IOException {
        this.hosts = hosts;
        this.fixture = fixture;
        this.database = fixture.createDatabase();
        this.proxy = new TcpProxy(fixture.port());
        this.control = Files.createTempDirectory("matrix-control");
        fixture.copyEarlierBackupsTo(pinata, render, hosts.directory());
    }

    /** The settings of an application. */
    static Map<String, String> settings(Path directory, String databaseUrl, FakePinata pinata, FakeRender render) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("SECRET_KEY", ForkedHosts.SECRET);
        settings.put(
                "BACKUP_FILE",
                directory.resolve("blocks/blockchain_data.encrypted").toString());
        settings.put("DATABASE_URL", databaseUrl);
        settings.put("BACKUP_KEEP_LAST", String.valueOf(MatrixFixture.KEEP_LAST.get("postgres")));
        settings.put("PINATA_API_KEY", pinata.apiKey());
        settings.put("PINATA_SECRET_KEY", pinata.secretKey());
        settings.put("PINATA_API_URL", pinata.apiUrl());
        settings.put("PINATA_UPLOAD_URL", pinata.uploadUrl());
        settings.put("PINATA_GATEWAY", pinata.gatewayUrl());
        settings.put("RENDER_API_KEY", render.apiKey());
        settings.put("RENDER_SERVICE_ID", render.serviceId());
        settings.put("BACKUP_SITE", "matrix");
        settings.put("RENDER_API_URL", render.apiUrl());
        return settings;
    }

    /** The settings of this cell, with a direct connection to the database. */
    Map<String, String> settings() {
        return settings(hosts.directory(), MatrixFixture.url(database, fixture.port()), pinata, render);
    }

    /** Describes a host of this cell and gives it a name for {@link #sendCommand}. */
    ForkedJvm.Builder describe(String name, String... options) {
        ForkedJvm.Builder host = hosts.describeOptimizing(MatrixHost.class, options)
                .arguments("resume=" + control.resolve("resume"), "command=" + control.resolve(name));
        settings(hosts.directory(), MatrixFixture.url(database, proxy.port()), pinata, render)
                .forEach(host::environment);
        SmallDisk mounted = disk;
        return mounted == null ? host : mounted.enterFrom(host);
    }

    ForkedJvm start(ForkedJvm.Builder host) {
        return hosts.start(host);
    }

    /** Mounts a small disk in place of the hosts' directory. */
    void mountSmallDisk() {
        disk = new SmallDisk(hosts.directory());
    }

    /** The mounted disk. */
    SmallDisk disk() {
        SmallDisk mounted = disk;
        if (mounted == null) {
            throw new IllegalStateException("The cell has no small disk");
        }
        return mounted;
    }

    MatrixFixture fixture() {
        return fixture;
    }

    TcpProxy proxy() {
        return proxy;
    }

    void removeSpoolDirectory() {
        try {
            ForkedHosts.deleteAll(hosts.temporary());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lets the host that waits in its phase continue with a fault. */
    void resume(InjectedFault fault) {
        writeControlFile("resume", fault.name());
    }

    /** Sends a command to a host. */
    void sendCommand(String name, String text) {
        writeControlFile(name, text);
    }

    private void writeControlFile(String name, String text) {
        try {
            Path file = Files.writeString(control.resolve(name + ".new"), text);
            Files.move(file, control.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Removes the faults that were caused from outside of the hosts. */
    void removeFaults() {
        proxy.restore();
        fixture.signalServer("CONT");
        SmallDisk mounted = disk;
        if (mounted != null) {
            disk = null;
            mounted.close();
        }
    }

    @Override
    public void close() throws IOException {
        removeFaults();
        proxy.close();
        fixture.dropDatabase(database);
        pinata.close();
        render.close();
        ForkedHosts.deleteAll(control);
    }
}
