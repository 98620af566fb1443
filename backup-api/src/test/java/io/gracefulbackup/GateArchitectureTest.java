package io.gracefulbackup;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The package rules of the architecture, checked by machine. */
@AnalyzeClasses(packages = "io.gracefulbackup", importOptions = ImportOption.DoNotIncludeTests.class)
class GateArchitectureTest {

    @ArchTest
    static final ArchRule theSpiKnowsNoInternals = noClasses()
            .that()
            .resideInAPackage("io.gracefulbackup.spi")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.gracefulbackup.internal..");

    @ArchTest
    static final ArchRule theFormatKnowsNeitherEngineNorSettings = noClasses()
            .that()
            .resideInAPackage("io.gracefulbackup.internal.format")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.gracefulbackup.internal.install",
                    "io.gracefulbackup.internal.config",
                    "io.gracefulbackup.internal.hook");

    @ArchTest
    static final ArchRule theHookKnowsOnlyTheApi = noClasses()
            .that()
            .resideInAPackage("io.gracefulbackup.internal.hook")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.gracefulbackup.internal.install", "io.gracefulbackup.internal.format");

    @ArchTest
    static final ArchRule onlyTheHookTouchesTheRuntimesHooks = noClasses()
            .that()
            .resideOutsideOfPackage("io.gracefulbackup.internal.hook")
            .should()
            .callMethod(Runtime.class, "addShutdownHook", Thread.class)
            .orShould()
            .callMethod(Runtime.class, "removeShutdownHook", Thread.class);

    @ArchTest
    static final ArchRule nobodyEndsTheProcess = noClasses()
            .should()
            .callMethod(System.class, "exit", int.class)
            .orShould()
            .callMethod(Runtime.class, "exit", int.class)
            .orShould()
            .callMethod(Runtime.class, "halt", int.class);

    @ArchTest
    static final ArchRule nobodyUsesTheCommonPool = noClasses()
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.util.concurrent.CompletableFuture")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.util.concurrent.ForkJoinPool");

    @ArchTest
    static final ArchRule valuesAreFinal =
            classes().that().areRecords().should().haveModifier(com.tngtech.archunit.core.domain.JavaModifier.FINAL);
}
