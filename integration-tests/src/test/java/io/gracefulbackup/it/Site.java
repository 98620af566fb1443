package io.gracefulbackup.it;

import io.gracefulbackup.it.hosts.Act;
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

/** Where the hosts of one cell live: a directory, a database behind a proxy, a Pinata and a Render, with earlier backups. */
final class Site implements AutoCloseable {
    private final Forks forks;
    private final Ground ground;
    private final FakePinata pinata = FakePinata.start();
    private final FakeRender render = FakeRender.start();
    private final String database;
    private final TcpProxy proxy;
    private final Path control;
    private @Nullable SmallDisk disk;

    Site(Forks forks, Ground ground) throws IOException {
        this.forks = forks;
        this.ground = ground;
        this.database = ground.newDatabase();
        this.proxy = new TcpProxy(ground.port());
        this.control = Files.createTempDirectory("matrix-control");
        ground.provide(pinata, render, forks.directory());
    }

    /** The settings of an application. */
    static Map<String, String> settings(Path directory, String databaseUrl, FakePinata pinata, FakeRender render) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("SECRET_KEY", Forks.SECRET);
        settings.put(
                "BACKUP_FILE",
                directory.resolve("blocks/blockchain_data.encrypted").toString());
        settings.put("DATABASE_URL", databaseUrl);
        settings.put("BACKUP_KEEP_LAST", String.valueOf(Ground.KEPT.get("postgres")));
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

    /** Those of this cell, without what may be cut. */
    Map<String, String> settings() {
        return settings(forks.directory(), Ground.url(database, ground.port()), pinata, render);
    }

    /** Describes a host of this cell, which goes by a name. */
    ForkedJvm.Builder describe(String name, String... options) {
        ForkedJvm.Builder host = forks.describe(MatrixHost.class, options)
                .arguments("go=" + control.resolve("go"), "command=" + control.resolve(name));
        settings(forks.directory(), Ground.url(database, proxy.port()), pinata, render)
                .forEach(host::environment);
        SmallDisk mounted = disk;
        return mounted == null ? host : mounted.with(host);
    }

    ForkedJvm start(ForkedJvm.Builder host) {
        return forks.start(host);
    }

    /** From now on the hosts' directory lies on a small disk. */
    void mountSmallDisk() {
        disk = new SmallDisk(forks.directory());
    }

    /** That disk. */
    SmallDisk disk() {
        SmallDisk mounted = disk;
        if (mounted == null) {
            throw new IllegalStateException("The cell has no disk of its own");
        }
        return mounted;
    }

    Ground ground() {
        return ground;
    }

    TcpProxy proxy() {
        return proxy;
    }

    void removeSpoolDirectory() {
        try {
            Forks.deleteAll(forks.temporary());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lets the host that waits at its phase go on. */
    void go(Act act) {
        leave("go", act.name());
    }

    /** Tells a host how to end, or what to do. */
    void command(String name, String text) {
        leave(name, text);
    }

    private void leave(String name, String text) {
        try {
            Path file = Files.writeString(control.resolve(name + ".new"), text);
            Files.move(file, control.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What was broken from outside works again. */
    void heal() {
        proxy.restore();
        ground.signal("CONT");
        SmallDisk mounted = disk;
        if (mounted != null) {
            disk = null;
            mounted.close();
        }
    }

    @Override
    public void close() throws IOException {
        heal();
        proxy.close();
        ground.drop(database);
        pinata.close();
        render.close();
        Forks.deleteAll(control);
    }
}
