package io.gracefulbackup.file;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.Deflater;

/**
 * The test's class path, put together as applications are delivered: everything in one jar, or in one directory. Has the lists of
 * classes that the build writes, whether or not the build has run.
 */
final class PackedApplication {
    private static final List<String> LIBRARIES = List.of("jackson-", "slf4j-api", "bcprov", "zstd-jni", "jspecify");
    private static final String INDEX = "META-INF/graceful-backup/";

    private final Map<String, byte[]> entries = new LinkedHashMap<>();

    private PackedApplication() {}

    static PackedApplication ofClassPath() throws IOException {
        PackedApplication packed = new PackedApplication();
        for (String element : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path path = Path.of(element);
            if (Files.isDirectory(path)) {
                packed.addDirectory(path);
            } else if (isNeeded(path.getFileName().toString())) {
                packed.addJar(path);
            }
        }
        indexes(packed.entries)
                .forEach((module, names) -> packed.entries.put(
                        INDEX + module + ".classes", String.join("\n", names).getBytes(StandardCharsets.UTF_8)));
        return packed;
    }

    private static boolean isNeeded(String jar) {
        return jar.startsWith("backup-") || LIBRARIES.stream().anyMatch(jar::startsWith);
    }

    private void addDirectory(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                add(root.relativize(file).toString().replace(File.separatorChar, '/'), Files.readAllBytes(file));
            }
        }
    }

    private void addJar(Path path) throws IOException {
        try (JarFile jar = new JarFile(path.toFile())) {
            for (JarEntry entry :
                    jar.stream().filter(each -> !each.isDirectory()).toList()) {
                try (InputStream in = jar.getInputStream(entry)) {
                    add(entry.getName(), in.readAllBytes());
                }
            }
        }
    }

    private void add(String name, byte[] content) {
        if (!name.endsWith("module-info.class") && !name.matches("META-INF/.*\\.(SF|RSA|DSA)|META-INF/MANIFEST.MF")) {
            entries.putIfAbsent(name, content);
        }
    }

    /** The lists of the engine's and the file sink's classes: those that have a source in the modules' main directories. */
    static Map<String, List<String>> indexes(Map<String, byte[]> entries) {
        Map<String, List<String>> indexes = new TreeMap<>();
        Map.of("engine", "backup-api", "file", "backup-file").forEach((module, directory) -> {
            Path sources = Path.of("..", directory, "src/main/java");
            indexes.put(
                    module,
                    entries.keySet().stream()
                            .filter(name -> name.startsWith("io/gracefulbackup/") && name.endsWith(".class"))
                            .filter(name -> !name.endsWith("package-info.class"))
                            .filter(name ->
                                    Files.exists(sources.resolve(name.replaceAll("[$].*|\\.class$", "") + ".java")))
                            .map(name ->
                                    name.substring("io/gracefulbackup/".length(), name.length() - ".class".length()))
                            .map(name -> name.replace('/', '.'))
                            .sorted()
                            .toList());
        });
        return indexes;
    }

    /** The list of a module's classes, as the build has written it; empty lines and modules that it uses are left out. */
    static List<String> builtIndex(String module) throws IOException {
        try (InputStream in = ClassLoader.getSystemResourceAsStream(INDEX + module + ".classes")) {
            return in == null
                    ? List.of()
                    : Arrays.stream(new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n", -1))
                            .filter(line -> !line.isEmpty() && !line.startsWith("+"))
                            .sorted()
                            .toList();
        }
    }

    List<String> index(String module) {
        return new String(entries.get(INDEX + module + ".classes"), StandardCharsets.UTF_8)
                .lines()
                .collect(Collectors.toList());
    }

    Path asJar(Path jar) throws IOException {
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file)) {
            out.setLevel(Deflater.BEST_SPEED);
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                out.putNextEntry(new JarEntry(entry.getKey()));
                out.write(entry.getValue());
                out.closeEntry();
            }
        }
        return jar;
    }

    Path asDirectory(Path directory) throws IOException {
        for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
            Path file = directory.resolve(entry.getKey());
            Files.createDirectories(file.getParent());
            Files.write(file, entry.getValue());
        }
        return directory;
    }

    static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(java.util.Comparator.reverseOrder()).forEach(path -> {
                try {
                    Files.delete(path);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
