; What the installer says beside NSIS's own sentences, in the nine languages.

!macro SAY language needs running shortcut main main_hint data data_hint
	LangString NEEDS ${LANG_${language}} "${needs}"
	LangString RUNNING ${LANG_${language}} "${running}"
	LangString SHORTCUT ${LANG_${language}} "${shortcut}"
	LangString MAIN ${LANG_${language}} "${main}"
	LangString MAIN_HINT ${LANG_${language}} "${main_hint}"
	LangString DATA ${LANG_${language}} "${data}"
	LangString DATA_HINT ${LANG_${language}} "${data_hint}"
!macroend

!insertmacro SAY ENGLISH \
	"Sotto needs Windows 10 or later, 64 bit." \
	"Sotto is running. Quit it, then press Retry." \
	"Private messages without a phone number" \
	"The program" \
	"The program, its Start menu entry and its links." \
	"My messages and keys" \
	"Accounts, messages and keys on this computer. Without the recovery phrase or a backup they are lost for good."
!insertmacro SAY GERMAN \
	"Sotto braucht Windows 10 oder neuer, 64 Bit." \
	"Sotto läuft. Beenden Sie es und drücken Sie dann auf Wiederholen." \
	"Private Nachrichten ohne Telefonnummer" \
	"Das Programm" \
	"Das Programm, sein Eintrag im Startmenü und seine Links." \
	"Meine Nachrichten und Schlüssel" \
	"Konten, Nachrichten und Schlüssel auf diesem Computer. Ohne Wiederherstellungsphrase oder Sicherung sind sie für immer verloren."
!insertmacro SAY FRENCH \
	"Sotto a besoin de Windows 10 ou plus récent, 64 bits." \
	"Sotto est ouvert. Quittez-le, puis appuyez sur Réessayer." \
	"Messages privés sans numéro de téléphone" \
	"Le programme" \
	"Le programme, son entrée dans le menu Démarrer et ses liens." \
	"Mes messages et mes clés" \
	"Comptes, messages et clés de cet ordinateur. Sans la phrase de récupération ou une sauvegarde, ils sont perdus pour toujours."
!insertmacro SAY SPANISH \
	"Sotto necesita Windows 10 o posterior, de 64 bits." \
	"Sotto está abierto. Ciérrelo y pulse Reintentar." \
	"Mensajes privados sin número de teléfono" \
	"El programa" \
	"El programa, su entrada en el menú Inicio y sus enlaces." \
	"Mis mensajes y claves" \
	"Cuentas, mensajes y claves de este equipo. Sin la frase de recuperación o una copia de seguridad se pierden para siempre."
!insertmacro SAY PORTUGUESEBR \
	"O Sotto precisa do Windows 10 ou mais recente, 64 bits." \
	"O Sotto está aberto. Feche-o e pressione Repetir." \
	"Mensagens privadas sem número de telefone" \
	"O programa" \
	"O programa, sua entrada no menu Iniciar e seus links." \
	"Minhas mensagens e chaves" \
	"Contas, mensagens e chaves neste computador. Sem a frase de recuperação ou um backup, elas se perdem para sempre."
!insertmacro SAY RUSSIAN \
	"Для Sotto нужна Windows 10 или новее, 64-разрядная." \
	"Sotto запущен. Закройте его и нажмите «Повторить»." \
	"Личные сообщения без номера телефона" \
	"Программа" \
	"Программа, её пункт в меню «Пуск» и её ссылки." \
	"Мои сообщения и ключи" \
	"Учётные записи, сообщения и ключи на этом компьютере. Без фразы восстановления или резервной копии они будут потеряны навсегда."
!insertmacro SAY SIMPCHINESE \
	"Sotto 需要 64 位的 Windows 10 或更高版本。" \
	"Sotto 正在运行。请退出后按“重试”。" \
	"无需电话号码的私密消息" \
	"程序" \
	"程序、开始菜单中的条目和链接。" \
	"我的消息和密钥" \
	"此电脑上的账户、消息和密钥。没有恢复短语或备份，它们将永远丢失。"
!insertmacro SAY JAPANESE \
	"Sotto には 64 ビットの Windows 10 以降が必要です。" \
	"Sotto が実行中です。終了してから「再試行」を押してください。" \
	"電話番号のいらないプライベートなメッセージ" \
	"プログラム" \
	"プログラム、スタートメニューの項目、リンク。" \
	"自分のメッセージと鍵" \
	"このコンピューターのアカウント、メッセージ、鍵。リカバリーフレーズかバックアップがなければ、二度と戻りません。"
!insertmacro SAY ARABIC \
	"يحتاج Sotto إلى ويندوز 10 أو أحدث، 64 بت." \
	"‏Sotto يعمل الآن. أنهِه ثم اضغط إعادة المحاولة." \
	"رسائل خاصة بلا رقم هاتف" \
	"البرنامج" \
	"البرنامج ومكانه في قائمة ابدأ وروابطه." \
	"رسائلي ومفاتيحي" \
	"الحسابات والرسائل والمفاتيح على هذا الحاسوب. من دون عبارة الاستعادة أو نسخة احتياطية تضيع إلى الأبد."
