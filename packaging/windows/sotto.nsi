; The installer for Windows. package.sh gives it NAME, ID, VERSION,
; VERSION_NUMBERS, FILES (the folder of what is installed), OUT, and SIGN (a
; command that signs the file in its argument) when there is a key.
;
; It installs for the user who runs it, below %LOCALAPPDATA%\Programs, and needs
; no administrator. Silent: /S, other folder: /D=C:\folder (last). The
; uninstaller leaves profiles alone unless "My messages and keys" is ticked, or
; /PROFILE stands beside /S.

Target amd64-unicode
Name "${NAME}"
OutFile "${OUT}"
RequestExecutionLevel user
InstallDir "$LOCALAPPDATA\Programs\${NAME}"
InstallDirRegKey HKCU "Software\Microsoft\Windows\CurrentVersion\Uninstall\${ID}" "InstallLocation"
SetCompressor /SOLID lzma
; The same files make the same installer: no times of files go in.
SetDateSave off
ManifestSupportedOS Win10
ManifestDPIAware true
BrandingText " "

!include MUI2.nsh
!include LogicLib.nsh
!include WinVer.nsh
!include FileFunc.nsh
!include Win\COM.nsh
!include Win\Propkey.nsh

!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\${ID}"
!define LINKS "Software\Classes\sotto"
!define NOTIFIER "Software\Classes\AppUserModelId\${ID}"

!define MUI_ICON "${FILES}\sotto.ico"
!define MUI_UNICON "${FILES}\sotto.ico"
!define MUI_ABORTWARNING
!define MUI_FINISHPAGE_RUN "$INSTDIR\sotto.exe"
!define MUI_COMPONENTSPAGE_SMALLDESC
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_COMPONENTS
!insertmacro MUI_UNPAGE_INSTFILES

!insertmacro MUI_LANGUAGE English
!insertmacro MUI_LANGUAGE German
!insertmacro MUI_LANGUAGE French
!insertmacro MUI_LANGUAGE Spanish
!insertmacro MUI_LANGUAGE PortugueseBR
!insertmacro MUI_LANGUAGE Russian
!insertmacro MUI_LANGUAGE SimpChinese
!insertmacro MUI_LANGUAGE Japanese
!insertmacro MUI_LANGUAGE Arabic
!include strings.nsh

VIProductVersion "${VERSION_NUMBERS}"
VIAddVersionKey /LANG=${LANG_ENGLISH} ProductName "${NAME}"
VIAddVersionKey /LANG=${LANG_ENGLISH} CompanyName "${NAME}"
VIAddVersionKey /LANG=${LANG_ENGLISH} FileDescription "${NAME} installer"
VIAddVersionKey /LANG=${LANG_ENGLISH} FileVersion "${VERSION}"
VIAddVersionKey /LANG=${LANG_ENGLISH} ProductVersion "${VERSION}"
VIAddVersionKey /LANG=${LANG_ENGLISH} LegalCopyright "GPL 3 or later"

!ifdef SIGN
	!uninstfinalize '"${SIGN}" "%1"'
!endif

; A program's file cannot be written while it runs. A silent run ends with 2
; then, and nothing is changed.
!macro CLOSED program
	again_${program}:
	${If} ${FileExists} "$INSTDIR\${program}.exe"
		ClearErrors
		FileOpen $0 "$INSTDIR\${program}.exe" a
		${If} ${Errors}
			MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "$(RUNNING)" /SD IDCANCEL IDRETRY again_${program}
			SetErrorLevel 2
			Quit
		${EndIf}
		FileClose $0
	${EndIf}
!macroend

; FORGET removes what the program, or the system for it, wrote into a list of
; values below HKCU: those whose names begin with the id.
!macro FORGET list
	StrCpy $0 0
	${Do}
		EnumRegValue $1 HKCU "${list}" $0
		${If} $1 == ""
			${Break}
		${EndIf}
		StrLen $2 "${ID}"
		StrCpy $3 $1 $2
		${If} $3 == "${ID}"
			DeleteRegValue HKCU "${list}" $1
		${Else}
			IntOp $0 $0 + 1
		${EndIf}
	${Loop}
!macroend

Function .onInit
	${IfNot} ${AtLeastWin10}
		MessageBox MB_ICONSTOP "$(NEEDS)" /SD IDOK
		SetErrorLevel 3
		Quit
	${EndIf}
FunctionEnd

; Shortcut writes the Start menu entry. It carries the id under which Windows
; shows notifications, which CreateShortcut cannot write.
Function Shortcut
	CreateShortcut "$SMPROGRAMS\${NAME}.lnk" "$INSTDIR\sotto.exe" "" "$INSTDIR\sotto.exe" 0 SW_SHOWNORMAL "" "$(SHORTCUT)"
	!insertmacro ComHlpr_CreateInProcInstance ${CLSID_ShellLink} ${IID_IShellLink} r0 ""
	${If} $0 P= 0
		Return
	${EndIf}
	${IUnknown::QueryInterface} $0 '("${IID_IPersistFile}",.r1)'
	${If} $1 P<> 0
		${IPersistFile::Load} $1 '("$SMPROGRAMS\${NAME}.lnk", ${STGM_READWRITE})'
		${IUnknown::QueryInterface} $0 '("${IID_IPropertyStore}",.r2)'
		${If} $2 P<> 0
			System::Call '*${SYSSTRUCT_PROPERTYKEY}(${PKEY_AppUserModel_ID})p.r3'
			System::Call '*(&w64 "${ID}")p.r4'
			System::Call '*${SYSSTRUCT_PROPVARIANT}(${VT_LPWSTR},,r4)p.r5'
			${IPropertyStore::SetValue} $2 '($3,$5)'
			${IPropertyStore::Commit} $2 ""
			System::Free $5
			System::Free $4
			System::Free $3
			${IUnknown::Release} $2 ""
			${IPersistFile::Save} $1 '("$SMPROGRAMS\${NAME}.lnk",1)'
		${EndIf}
		${IUnknown::Release} $1 ""
	${EndIf}
	${IUnknown::Release} $0 ""
FunctionEnd

Section "-program"
	!insertmacro CLOSED sotto
	!insertmacro CLOSED sotto-cli
	SetOutPath "$INSTDIR"
	RMDir /r "$INSTDIR\licences"
	File /r "${FILES}\*"
	WriteUninstaller "$INSTDIR\uninstall.exe"
	SetOutPath "$PROFILE" ; where the Start menu entry runs the program
	Call Shortcut

	WriteRegStr HKCU "${LINKS}" "" "URL:${NAME}"
	WriteRegStr HKCU "${LINKS}" "URL Protocol" ""
	WriteRegStr HKCU "${LINKS}\DefaultIcon" "" "$INSTDIR\sotto.exe,0"
	WriteRegStr HKCU "${LINKS}\shell\open\command" "" '"$INSTDIR\sotto.exe" "%1"'

	WriteRegStr HKCU "${NOTIFIER}" "DisplayName" "${NAME}"
	WriteRegStr HKCU "${NOTIFIER}" "IconUri" "$INSTDIR\sotto.ico"

	WriteRegStr HKCU "${UNINSTALL}" "DisplayName" "${NAME}"
	WriteRegStr HKCU "${UNINSTALL}" "DisplayVersion" "${VERSION}"
	WriteRegStr HKCU "${UNINSTALL}" "DisplayIcon" "$INSTDIR\sotto.exe,0"
	WriteRegStr HKCU "${UNINSTALL}" "Publisher" "${NAME}"
	WriteRegStr HKCU "${UNINSTALL}" "InstallLocation" "$INSTDIR"
	WriteRegStr HKCU "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
	WriteRegStr HKCU "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
	WriteRegDWORD HKCU "${UNINSTALL}" "NoModify" 1
	WriteRegDWORD HKCU "${UNINSTALL}" "NoRepair" 1
	${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
	WriteRegDWORD HKCU "${UNINSTALL}" "EstimatedSize" $0
SectionEnd

Section "un.$(MAIN)" Main
	SectionIn RO
	!insertmacro CLOSED sotto
	!insertmacro CLOSED sotto-cli
	Delete "$INSTDIR\sotto.exe"
	Delete "$INSTDIR\sotto-cli.exe"
	Delete "$INSTDIR\sotto.ico"
	Delete "$INSTDIR\LICENSE.txt"
	Delete "$INSTDIR\CHANGELOG.txt"
	RMDir /r "$INSTDIR\licences"
	Delete "$INSTDIR\uninstall.exe"
	RMDir "$INSTDIR"
	Delete "$SMPROGRAMS\${NAME}.lnk"
	; Whoever took the links over keeps them.
	ReadRegStr $0 HKCU "${LINKS}\shell\open\command" ""
	${If} $0 == '"$INSTDIR\sotto.exe" "%1"'
		DeleteRegKey HKCU "${LINKS}"
	${EndIf}
	DeleteRegKey HKCU "${NOTIFIER}"
	DeleteRegKey HKCU "${UNINSTALL}"
	; Starting with the system, and where the task manager says whether it does.
	!insertmacro FORGET "Software\Microsoft\Windows\CurrentVersion\Run"
	!insertmacro FORGET "Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run"
SectionEnd

Section /o "un.$(DATA)" Data
	RMDir /r "$LOCALAPPDATA\${NAME}"
	RMDir /r "$APPDATA\fyne\${ID}"
SectionEnd

!insertmacro MUI_UNFUNCTION_DESCRIPTION_BEGIN
	!insertmacro MUI_DESCRIPTION_TEXT ${Main} "$(MAIN_HINT)"
	!insertmacro MUI_DESCRIPTION_TEXT ${Data} "$(DATA_HINT)"
!insertmacro MUI_UNFUNCTION_DESCRIPTION_END

Function un.onInit
	${GetParameters} $0
	ClearErrors
	${GetOptions} $0 "/PROFILE" $1
	${IfNot} ${Errors}
		!insertmacro SelectSection ${Data}
	${EndIf}
FunctionEnd
