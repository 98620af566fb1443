package io.gracefulbackup.internal.config;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The names of the settings that the library and its own sinks read. */
final class KnownSettings {
    static final String SECRET_KEY = "SECRET_KEY";
    static final String SECRET_KEY_PREVIOUS = "SECRET_KEY_PREVIOUS";
    static final String FILE_SUFFIX = "_FILE";

    /** Not read from system properties; each may come from the file that {@code <name>_FILE} names. */
    static final Set<String> SECRETS = Set.of(
            SECRET_KEY,
            SECRET_KEY_PREVIOUS,
            "DATABASE_URL",
            "PINATA_API_KEY",
            "PINATA_SECRET_KEY",
            "PINATA_JWT",
            "PINATA_GATEWAY_TOKEN",
            "RENDER_API_KEY");

    static final List<String> PLAIN = List.of(
            "BACKUP_APP",
            DropSetting.NAME,
            "BACKUP_FILE",
            "BACKUP_HANDOFF",
            "BACKUP_INTERVAL",
            "BACKUP_KEEP_BYTES",
            "BACKUP_KEEP_LAST",
            "BACKUP_LATEST",
            "BACKUP_LEASE_TTL",
            "BACKUP_REHEARSAL",
            "BACKUP_RESTORE_ID",
            "BACKUP_SITE",
            "BACKUP_START",
            "BACKUP_START_TIMEOUT",
            "BACKUP_TABLE",
            "BACKUP_TIMEOUT",
            "IS_PULL_REQUEST",
            "PINATA_API_URL",
            "PINATA_GATEWAY",
            "PINATA_LATEST_CID",
            "PINATA_RESTORE_CID",
            "PINATA_UPLOAD_URL",
            "RENDER_API_URL",
            "RENDER_SERVICE_ID");

    /**
     * A module of the library whose provider reads settings.
     *
     * @param artifact the artifact to add
     * @param provider the class of the provider
     * @param consequence what does not happen without it
     * @param settings the settings that only this provider reads
     * @param switchedOffBy the setting that turns the module {@code off}, if it is on without any setting
     */
    record Module(
            String artifact,
            String provider,
            String consequence,
            List<String> settings,
            Optional<String> switchedOffBy) {
        Module(String artifact, String provider, String consequence, List<String> settings) {
            this(artifact, provider, consequence, settings, Optional.empty());
        }
    }

    static final List<Module> MODULES = List.of(
            new Module(
                    "backup-postgres",
                    "io.gracefulbackup.postgres.PostgresSinkProvider",
                    "no backup is saved to PostgreSQL or looked for there",
                    List.of("DATABASE_URL", "BACKUP_TABLE", "BACKUP_KEEP_LAST", "BACKUP_KEEP_BYTES")),
            new Module(
                    "backup-ipfs-pinata",
                    "io.gracefulbackup.ipfs.PinataSinkProvider",
                    "no backup is saved to IPFS or looked for there",
                    List.of(
                            "PINATA_API_KEY",
                            "PINATA_SECRET_KEY",
                            "PINATA_JWT",
                            "PINATA_GATEWAY",
                            "PINATA_GATEWAY_TOKEN",
                            "PINATA_LATEST_CID",
                            "PINATA_RESTORE_CID",
                            "PINATA_API_URL",
                            "PINATA_UPLOAD_URL")),
            new Module(
                    "backup-render",
                    "io.gracefulbackup.render.RenderPointerStoreProvider",
                    "no pointer to the newest backup is kept at Render",
                    List.of("RENDER_API_KEY", "RENDER_API_URL")),
            new Module(
                    "backup-file",
                    "io.gracefulbackup.file.FileSinkProvider",
                    "no backup file is written or read",
                    List.of("BACKUP_FILE"),
                    Optional.of("BACKUP_FILE")));

    private KnownSettings() {}

    /** The system property of a setting: {@code backup.table} for {@code BACKUP_TABLE}. */
    static String propertyOf(String name) {
        return name.toLowerCase(Locale.ROOT).replace('_', '.');
    }

    /** The setting of a system property: {@code BACKUP_TABLE} for {@code backup.table}. */
    static String nameOf(String property) {
        return property.toUpperCase(Locale.ROOT).replace('.', '_');
    }
}
